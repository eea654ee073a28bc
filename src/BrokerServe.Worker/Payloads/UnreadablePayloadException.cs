using BrokerServe.Protocol;

namespace BrokerServe.Worker.Payloads;

/// <summary>A payload is not what the handler takes. Answered <c>bad_request</c>.</summary>
internal sealed class UnreadablePayloadException(string message, Exception? innerException)
    : QueryException(ReplyStatus.BadRequest, message, innerException: innerException);
