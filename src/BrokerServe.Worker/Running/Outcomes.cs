using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Running;

/// <summary>Makes outcomes of what handlers return and throw.</summary>
/// <param name="maxReplyBytes">The largest payload that can still be sent; asked each time, for it depends on the broker that was found.</param>
internal sealed class Outcomes(Func<int> maxReplyBytes)
{
    /// <summary>What is kept of an exception's message: a page.</summary>
    private const int MaxMessageChars = 4 * 1024;

    /// <summary>
    /// What is kept of a stack trace: some hundred frames, and an error reply that still shares its message with others.
    /// </summary>
    private const int MaxStackChars = 16 * 1024;

    public Outcome Of(in ReplyPayload payload)
    {
        if (maxReplyBytes() is var most && payload.Bytes.Length > most)
        {
            return Error(
                ReplyStatus.PayloadTooLarge,
                $"The reply has {payload.Bytes.Length} bytes, and at most {most} can be sent.",
                null);
        }

        if (payload.ContentType is { } contentType && Encoding.UTF8.GetByteCount(contentType) > BrokerLimits.MaxShortStringBytes)
        {
            return Error(
                ReplyStatus.HandlerError,
                $"The handler's content type is longer than the {BrokerLimits.MaxShortStringBytes} bytes that can be sent.",
                null);
        }

        return new Outcome(ReplyStatus.Ok, payload.Bytes, payload.ContentType);
    }

    public Outcome Of(Exception exception) => exception is QueryException chosen ? Chosen(chosen) : Failed(exception);

    private Outcome Chosen(QueryException exception)
    {
        var message = Head(exception.Message, MaxMessageChars);
        var detail = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in exception.Detail.Take(ErrorBody.MaxDetails))
        {
            detail[Head(name, MaxMessageChars)] = Head(value, MaxMessageChars);
        }

        var body = new ErrorBody(exception.Status, message, exception.Retryable, detail).Encode();

        // Sixty-four pages may be more than a small broker takes; the sentence is what matters.
        return new Outcome(
            exception.Status,
            body.Length <= maxReplyBytes() ? body : new ErrorBody(exception.Status, message, exception.Retryable).Encode(),
            ContentTypes.Error);
    }

    private static Outcome Failed(Exception exception)
    {
        var type = exception.GetType().FullName ?? exception.GetType().Name;
        var message = Head(exception.Message, MaxMessageChars);
        var detail = new Dictionary<string, string>
        {
            ["type"] = type,
            ["message"] = message,
            ["stack_trace"] = Head(exception.ToString(), MaxStackChars), // With inner exceptions, which is where causes are.
        };
        return Error(ReplyStatus.HandlerError, $"{type}: {message}", detail) with
        {
            IsCancellation = exception is OperationCanceledException,
        };
    }

    private static Outcome Error(ReplyStatus status, string message, Dictionary<string, string>? detail) =>
        new(status, ErrorReplies.Encode(status, message, detail), ContentTypes.Error);

    private static string Head(string text, int maxChars) => text.Length <= maxChars ? text : text[..maxChars];
}
