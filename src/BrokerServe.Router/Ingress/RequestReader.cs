using System.Buffers;
using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Ingress;

/// <summary>Reads a request off its AMQP properties, never off its payload, and believes nothing.</summary>
/// <remarks>The rules are PROTOCOL.md's, section "Producers". For one delivery at a time.</remarks>
internal sealed class RequestReader(ObjectNames names, RouterClock clock, int maxBodyBytes)
{
    // W3C trace context: 55 characters today; tracestate of up to 512 must be propagated, longer ones may be dropped.
    private const int MaxTraceParentLength = 128;
    private const int MaxTraceStateLength = 512;

    /// <summary>A frame's header names router and reply key, each a short string of AMQP at most; its one query has an overhead of its own.</summary>
    private const int FrameOverheadBytes = 1_024;

    private readonly List<KeyValuePair<string, string>> _metadata = [];

    /// <summary>Most bytes of a call: what a message of one query can carry.</summary>
    public int MaxCallBytes => maxBodyBytes - FrameOverheadBytes;

    /// <summary>Whether a call is too large for a message of its own; such a query would be refused on its way out and hold its credit for ever.</summary>
    public bool ExceedsFrame(int callBytes) => callBytes > MaxCallBytes;

    /// <summary>Reads what concerns the way back, also off a request that is refused for the rest.</summary>
    /// <returns>What is wrong with it, or null. A request with a bad return address has none.</returns>
    public ErrorBody? ReadReturnAddress(in Delivery delivery, Request request)
    {
        var properties = delivery.Properties;
        request.CorrelationId = properties.CorrelationId;
        request.MessageId = properties.MessageId;
        request.ArrivedMs = clock.NowMs;
        if (string.IsNullOrEmpty(properties.ReplyTo))
        {
            return null;
        }

        if (!properties.ReplyTo.StartsWith(names.ClientReplyPrefix, StringComparison.Ordinal)
            && !properties.ReplyTo.StartsWith(ObjectNames.DirectReplyToPrefix, StringComparison.Ordinal))
        {
            return RouterErrors.BadRequest(
                $"reply-to must begin with '{names.ClientReplyPrefix}' or be the broker's direct reply-to address.");
        }

        request.ReplyTo = properties.ReplyTo;
        return string.IsNullOrEmpty(properties.CorrelationId)
            ? RouterErrors.BadRequest("A request with reply-to needs a correlation id.")
            : null;
    }

    /// <summary>Reads everything else but the payload.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public ErrorBody? ReadProperties(in Delivery delivery, EndpointModel endpoint, Request request, out string? shardKey)
    {
        shardKey = null;
        var properties = delivery.Properties;
        var headers = properties.Headers;
        if (headers is not null && headers.EncodedBytes > MetadataLimits.MaxHeaderBytes)
        {
            return RouterErrors.BadRequest($"The headers take {headers.EncodedBytes} bytes; at most {MetadataLimits.MaxHeaderBytes} are read.");
        }

        var bodyLimit = Math.Min(maxBodyBytes, endpoint.MaxBodyBytes ?? int.MaxValue);
        if (delivery.Body.Length > bodyLimit)
        {
            return RouterErrors.PayloadTooLarge("request", delivery.Body.Length, bodyLimit);
        }

        return CheckTexts(properties)
            ?? ReadPriority(headers, request)
            ?? ReadDeadline(properties, endpoint, request)
            ?? ReadShardKey(headers, out shardKey)
            ?? ReadMetadata(headers, endpoint);
    }

    /// <summary>Copies the call into rented memory, once: what every query frame for it will carry.</summary>
    /// <param name="delivery">The delivery that was read last.</param>
    /// <param name="request">The request that it became.</param>
    /// <param name="traceParent">The router's own span, or null to pass the producer's on.</param>
    public PooledBytes EncodeCall(in Delivery delivery, Request request, string? traceParent)
    {
        var properties = delivery.Properties;
        var headers = properties.Headers;
        var call = new Call
        {
            Payload = delivery.Body,
            Method = properties.Type,
            Endpoint = request.Endpoint,
            ContentType = properties.ContentType,
            MessageId = properties.MessageId,
            AppId = properties.AppId,
            TraceParent = traceParent ?? ShortText(headers, HeaderNames.TraceParent, MaxTraceParentLength),
            TraceState = ShortText(headers, HeaderNames.TraceState, MaxTraceStateLength),
            Metadata = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_metadata),
        };
        var buffer = ArrayPool<byte>.Shared.Rent(call.MaxEncodedBytes);
        return PooledBytes.TakeOver(buffer, call.Encode(buffer));
    }

    /// <summary>Text that was not UTF-8 grows when it is written again, beyond what AMQP can say; it would be refused on its way to a replica.</summary>
    private static ErrorBody? CheckTexts(in MessageProperties properties) =>
        IsTooLong(properties.Type) || IsTooLong(properties.ContentType) || IsTooLong(properties.MessageId) || IsTooLong(properties.AppId)
            || IsTooLong(properties.CorrelationId)
            ? RouterErrors.BadRequest($"type, content type and ids must be UTF-8 of at most {BrokerLimits.MaxShortStringBytes} bytes.")
            : null;

    // Characters first: up to a third of the bytes nothing can be too long.
    private static bool IsTooLong(string? text) =>
        text is not null
        && text.Length * 3 > BrokerLimits.MaxShortStringBytes
        && System.Text.Encoding.UTF8.GetByteCount(text) > BrokerLimits.MaxShortStringBytes;

    private static ErrorBody? ReadPriority(HeaderTable? headers, Request request)
    {
        if (headers is null || !headers.TryGet(HeaderNames.Priority, out var value))
        {
            return null;
        }

        if (value.Kind != HeaderKind.Integer || value.Integer is < 0 or >= EndpointBacklog.Priorities)
        {
            return RouterErrors.BadRequest($"{HeaderNames.Priority} must be a whole number from 0 to {EndpointBacklog.Priorities - 1}.");
        }

        request.Priority = (int)value.Integer;
        return null;
    }

    private ErrorBody? ReadDeadline(in MessageProperties properties, EndpointModel endpoint, Request request)
    {
        var unixMs = clock.UnixMs;
        var leftMs = properties.ExpirationMs ?? long.MaxValue;
        if (properties.Headers is { } headers && headers.TryGet(HeaderNames.Deadline, out var value))
        {
            if (value.Kind != HeaderKind.Integer)
            {
                return RouterErrors.BadRequest($"{HeaderNames.Deadline} must be a whole number: milliseconds since 1970-01-01 UTC.");
            }

            // Below 0 is long past; clamped before subtracting, so that no hostile number overflows.
            leftMs = Math.Min(leftMs, Math.Clamp(value.Integer, 0, TimeLimits.MaxDeadlineUnixMs) - unixMs);
        }

        if (leftMs == long.MaxValue)
        {
            leftMs = (long)endpoint.DefaultTimeout.TotalMilliseconds;
        }

        leftMs = Math.Min(leftMs, (long)endpoint.MaxTimeout.TotalMilliseconds);
        request.DeadlineMs = request.ArrivedMs + leftMs;
        request.DeadlineUnixMs = unixMs + leftMs;
        return null;
    }

    private static ErrorBody? ReadShardKey(HeaderTable? headers, out string? shardKey)
    {
        shardKey = null;
        if (headers is null || !headers.TryGet(HeaderNames.ShardKey, out var value))
        {
            return null;
        }

        if (value.Kind != HeaderKind.Text)
        {
            return RouterErrors.BadRequest($"{HeaderNames.ShardKey} must be text.");
        }

        shardKey = value.Text;
        return null;
    }

    private ErrorBody? ReadMetadata(HeaderTable? headers, EndpointModel endpoint)
    {
        _metadata.Clear();
        if (headers is null)
        {
            return null;
        }

        var characters = 0;
        foreach (var (name, value) in headers.AsSpan())
        {
            if (value.Kind != HeaderKind.Unsupported && !IsTooLong(name) && endpoint.ForwardHeaders.Forwards(name))
            {
                var text = value.Kind switch
                {
                    HeaderKind.Text => value.Text,
                    HeaderKind.Boolean => value.Boolean ? "true" : "false",
                    _ => value.Integer.ToString(CultureInfo.InvariantCulture),
                };
                characters += name.Length + text.Length;
                _metadata.Add(new(name, text));
            }
        }

        // Characters first: the cheap test keeps a hostile table from being measured in full below.
        return characters > endpoint.MaxMetadataBytes
            || MetadataBytes() > endpoint.MaxMetadataBytes
            || !Call.Fits(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_metadata))
            ? RouterErrors.BadRequest(
                $"The metadata has {_metadata.Count} headers; at most {MetadataLimits.MaxEntries} of {endpoint.MaxMetadataBytes} bytes together are forwarded.")
            : null;
    }

    private int MetadataBytes()
    {
        var bytes = 0;
        foreach (var (name, value) in _metadata)
        {
            bytes += System.Text.Encoding.UTF8.GetByteCount(name) + System.Text.Encoding.UTF8.GetByteCount(value);
        }

        return bytes;
    }

    private static string? ShortText(HeaderTable? headers, string name, int maxLength) =>
        headers is not null && headers.TryGetText(name, out var text) && text.Length <= maxLength ? text : null;
}
