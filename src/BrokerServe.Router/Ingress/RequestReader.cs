using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Ingress;

/// <summary>Reads a request off its properties, never off its payload, and believes nothing.</summary>
/// <remarks>The rules are PROTOCOL.md's, section "Producers". For one request at a time; allocates nothing for one that is in order.</remarks>
internal sealed class RequestReader(ObjectNames names, RouterClock clock, int maxBodyBytes)
{
    /// <summary>A frame's header names router and reply key, each a short string of AMQP at most; its one query has an overhead of its own.</summary>
    private const int FrameOverheadBytes = 1_024;

    private ShortText _spanId;

    /// <summary>What the headers of the request that was read last say.</summary>
    public RequestHeaders Headers { get; } = new();

    /// <summary>Most bytes of a call: what a message of one query can carry.</summary>
    public int MaxCallBytes => maxBodyBytes - FrameOverheadBytes;

    /// <summary>Whether a call is too large for a message of its own; such a query would be refused on its way out and hold its credit for ever.</summary>
    public bool ExceedsFrame(int callBytes) => callBytes > MaxCallBytes;

    /// <summary>Reads what concerns the way back, also off a request that is refused for the rest.</summary>
    /// <returns>What is wrong with it, or null. A request with a bad return address has none.</returns>
    public ErrorBody? ReadReturnAddress(in Arrival arrival, Request request)
    {
        request.CorrelationId.Set(arrival.CorrelationId, arrival.CorrelationText);
        request.MessageId.Set(arrival.MessageId, arrival.MessageText);
        request.ArriveAt(clock.NowUs);
        if (string.IsNullOrEmpty(arrival.ReplyTo))
        {
            return null;
        }

        if (!arrival.ReplyTo.StartsWith(names.ClientReplyPrefix, StringComparison.Ordinal)
            && !arrival.ReplyTo.StartsWith(ObjectNames.DirectReplyToPrefix, StringComparison.Ordinal))
        {
            return RouterErrors.BadRequest(
                $"reply-to must begin with '{names.ClientReplyPrefix}' or be the broker's direct reply-to address.");
        }

        request.ReplyTo = arrival.ReplyTo;
        return arrival.CorrelationId.IsEmpty ? RouterErrors.BadRequest("A request with reply-to needs a correlation id.") : null;
    }

    /// <summary>Reads everything else but the payload; what the headers say is in <see cref="Headers"/>.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public ErrorBody? ReadProperties(in Arrival arrival, EndpointModel endpoint, Request request)
    {
        if (arrival.HeaderBytes > MetadataLimits.MaxHeaderBytes)
        {
            return RouterErrors.BadRequest($"The headers take {arrival.HeaderBytes} bytes; at most {MetadataLimits.MaxHeaderBytes} are read.");
        }

        var bodyLimit = Math.Min(maxBodyBytes, endpoint.MaxBodyBytes ?? int.MaxValue);
        if (arrival.Payload.Length > bodyLimit)
        {
            return RouterErrors.PayloadTooLarge("request", arrival.Payload.Length, bodyLimit);
        }

        if ((CheckTexts(arrival) ?? Headers.Read(arrival, endpoint.ForwardHeaders) ?? CheckMetadata(endpoint)) is { } error)
        {
            return error;
        }

        request.Priority = Headers.Priority;
        ReadDeadline(arrival, endpoint, request);
        return null;
    }

    /// <summary>Copies the call into rented memory, once: what every query frame for it will carry.</summary>
    /// <param name="arrival">The request that was read last.</param>
    /// <param name="request">What it became.</param>
    /// <param name="traceParent">The router's own span, or null to pass the producer's on.</param>
    public PooledBytes EncodeCall(in Arrival arrival, Request request, string? traceParent)
    {
        _spanId.Set(traceParent);
        var call = new Call
        {
            Payload = arrival.Payload,
            Method = arrival.Method,
            Endpoint = request.Endpoint,
            ContentType = arrival.ContentType,
            MessageId = arrival.MessageId,
            AppId = arrival.AppId,
            TraceParent = traceParent is null ? Headers.TraceParent : _spanId.Utf8,
            TraceState = Headers.TraceState,
            Metadata = Headers.Metadata.Block(),
        };
        var buffer = BufferPool.Rent(call.MaxEncodedBytes);
        return PooledBytes.TakeOver(buffer, call.Encode(buffer));
    }

    /// <summary>Text that was not UTF-8 grows when it is written again, beyond what AMQP can say; it would be refused on its way to a replica.</summary>
    private static ErrorBody? CheckTexts(in Arrival arrival) =>
        IsTooLong(arrival.Method) || IsTooLong(arrival.ContentType) || IsTooLong(arrival.MessageId) || IsTooLong(arrival.AppId)
            || IsTooLong(arrival.CorrelationId)
            ? RouterErrors.BadRequest($"type, content type and ids must be UTF-8 of at most {BrokerLimits.MaxShortStringBytes} bytes.")
            : null;

    private static bool IsTooLong(ReadOnlySpan<byte> utf8) => utf8.Length > BrokerLimits.MaxShortStringBytes;

    private ErrorBody? CheckMetadata(EndpointModel endpoint)
    {
        var metadata = Headers.Metadata;
        if (metadata.Count > MetadataLimits.MaxEntries)
        {
            return RouterErrors.BadRequest($"The metadata has {metadata.Count} headers; at most {MetadataLimits.MaxEntries} are forwarded.");
        }

        var limit = Math.Min(endpoint.MaxMetadataBytes, MetadataLimits.MaxBytes);
        return metadata.TextBytes <= limit
            ? null
            : RouterErrors.BadRequest($"The metadata has {metadata.TextBytes} bytes, names and values together; at most {limit} are forwarded.");
    }

    private void ReadDeadline(in Arrival arrival, EndpointModel endpoint, Request request)
    {
        var unixMs = clock.UnixMs;
        var leftMs = arrival.ExpirationMs ?? long.MaxValue;
        if (Headers.HasDeadline)
        {
            // Below 0 is long past; clamped before subtracting, so that no hostile number overflows.
            leftMs = Math.Min(leftMs, Math.Clamp(Headers.DeadlineUnixMs, 0, TimeLimits.MaxDeadlineUnixMs) - unixMs);
        }

        if (leftMs == long.MaxValue)
        {
            leftMs = (long)endpoint.DefaultTimeout.TotalMilliseconds;
        }

        leftMs = Math.Min(leftMs, (long)endpoint.MaxTimeout.TotalMilliseconds);
        request.DeadlineMs = request.ArrivedMs + leftMs;
        request.DeadlineUnixMs = unixMs + leftMs;
    }
}
