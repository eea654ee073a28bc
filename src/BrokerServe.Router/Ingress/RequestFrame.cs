using System.Runtime.CompilerServices;
using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Ingress;

/// <summary>Makes of each request in a frame the delivery that it would have been as a message of its own.</summary>
/// <remarks>For one delivery at a time. So everything behind it knows only single requests.</remarks>
internal sealed class RequestFrame
{
    private readonly TextCache _texts = new();
    private readonly List<KeyValuePair<string, HeaderValue>> _headers = [];

    /// <summary>Whether a message is a frame. One with a correlation id is a single request, whatever its payload is.</summary>
    public static bool Is(in MessageProperties properties) =>
        properties.CorrelationId is null && string.Equals(properties.ContentType, ContentTypes.Requests, StringComparison.Ordinal);

    /// <summary>Whether a frame can be read to its end, and each of its requests be answered.</summary>
    public static bool IsSound(ReadOnlySpan<byte> frame)
    {
        if (!RequestFrameReader.TryOpen(frame, out var reader))
        {
            return false;
        }

        while (reader.TryRead(out var request))
        {
            // Both are echoed, and an answer cannot say more.
            if (request.CorrelationId.Length is 0 or > BrokerLimits.MaxShortStringBytes || request.MessageId.Length > BrokerLimits.MaxShortStringBytes)
            {
                return false;
            }
        }

        return reader.Remaining == 0;
    }

    /// <summary>The delivery of one request.</summary>
    /// <param name="frame">The message in which it came.</param>
    /// <param name="request">Lent, and with it what is returned.</param>
    public Delivery Open(in Delivery frame, in RequestView request)
    {
        var correlationId = Encoding.UTF8.GetString(request.CorrelationId);
        var properties = new MessageProperties
        {
            ContentType = _texts.GetOrNull(request.ContentType),
            Type = _texts.GetOrNull(request.Method),
            CorrelationId = correlationId,
            ReplyTo = frame.Properties.ReplyTo,
            MessageId = TextOf(request.MessageId, like: request.CorrelationId, correlationId),
            AppId = frame.Properties.AppId,
            ExpirationMs = request.ExpirationMs,
            Persistent = frame.Properties.Persistent,
            Headers = HeadersOf(request.Headers),
        };
        return new Delivery(frame.Tag, frame.Redelivered, frame.Exchange, frame.RoutingKey, properties, request.Payload);
    }

    // Most clients give both ids the same text.
    private static string? TextOf(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> like, string text) =>
        utf8.IsEmpty ? null : utf8.SequenceEqual(like) ? text : Encoding.UTF8.GetString(utf8);

    private HeaderTable? HeadersOf(ReadOnlySpan<byte> headers)
    {
        if (headers.IsEmpty)
        {
            return null;
        }

        // More than may be read: counted and not made, so that the request is refused for their size.
        if (headers.Length > MetadataLimits.MaxHeaderBytes)
        {
            return HeaderTable.Create([], headers.Length);
        }

        _headers.Clear();
        var reader = new FrameHeaderReader(headers);
        while (reader.TryRead(out var header))
        {
            _headers.Add(new(_texts.Get(header.Name), ValueOf(header)));
        }

        return HeaderTable.Create(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_headers));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static HeaderValue ValueOf(in FrameHeader header) => header.Kind switch
    {
        FrameHeaderKind.Text => Encoding.UTF8.GetString(header.Text),
        FrameHeaderKind.Integer => header.Number,
        FrameHeaderKind.Boolean => header.Number != 0,
        _ => HeaderValue.Unsupported,
    };
}
