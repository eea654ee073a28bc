using BrokerServe.Protocol;

namespace BrokerServe.Worker;

/// <summary>
/// Thrown by a handler or a middleware when the request is at fault: the caller gets <c>bad_request</c> with the message.
/// </summary>
public sealed class BadRequestException(string message, Exception? innerException = null)
    : QueryException(ReplyStatus.BadRequest, message, innerException: innerException);
