namespace BrokerServe.Worker;

/// <summary>
/// Thrown by a handler when the request, not the handler, is at fault: the caller gets <c>bad_request</c> with the message.
/// </summary>
/// <remarks>Any other exception is <c>handler_error</c>, and tells the caller its type, message and stack trace.</remarks>
public sealed class BadRequestException(string message, Exception? innerException = null) : Exception(message, innerException);
