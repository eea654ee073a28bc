using BrokerServe.Client.Calls;
using BrokerServe.Protocol;
using MessagePack;

namespace BrokerServe.Client.Payloads;

/// <summary>Reads what came back.</summary>
internal static class PayloadReader
{
    /// <summary>Reads a reply's payload as MessagePack.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> body, string? contentType, string endpoint, MessagePackSerializerOptions options)
    {
        try
        {
            return MessagePackSerializer.Deserialize<T>(body, options);
        }
        catch (MessagePackSerializationException failure)
        {
            throw new BrokerServeException(
                ReplyStatus.BadReply,
                endpoint,
                $"The reply ({contentType ?? "no content type"}, {body.Length} bytes) cannot be read as {typeof(T)}. "
                    + "The work has run.",
                innerException: failure);
        }
    }

    /// <summary>Copies a reply's payload out of rented memory, and reads who answered.</summary>
    public static RawReply ReadRaw(in CallOutcome outcome)
    {
        string? backend = null;
        string? replica = null;
        long attempts = 0;
        if (outcome.Headers is { } headers)
        {
            headers.TryGetText(HeaderNames.Backend, out backend);
            headers.TryGetText(HeaderNames.Replica, out replica);
            headers.TryGetInteger(HeaderNames.Attempts, out attempts);
        }

        return new RawReply(
            outcome.Body.Span.ToArray(), outcome.ContentType, backend, replica, (int)Math.Clamp(attempts, 0, int.MaxValue));
    }

    /// <summary>Makes of an outcome that is no reply what its caller catches.</summary>
    public static BrokerServeException ReadError(in CallOutcome outcome, string endpoint)
    {
        if (outcome.Reason is { } reason)
        {
            return new BrokerServeException(outcome.Status, endpoint, reason, outcome.Retryable);
        }

        return ErrorBody.TryDecode(outcome.Body.Span, out var error)
            ? new BrokerServeException(outcome.Status, endpoint, error.Message, error.Retryable, error.Detail)
            : new BrokerServeException(outcome.Status, endpoint, "The reply says no more than that.");
    }
}
