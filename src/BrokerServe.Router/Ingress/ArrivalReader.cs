using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Ingress;

/// <summary>Shows a message of one request, and each request of a frame, as the same thing, so that everything behind it knows only that.</summary>
/// <remarks>For one delivery at a time; what it shows is lent until the next.</remarks>
internal sealed class ArrivalReader
{
    // What the transport hands over as strings.
    private ShortText _correlationId;
    private ShortText _messageId;
    private ShortText _appId;
    private ShortText _method;
    private ShortText _contentType;

    /// <summary>Whether a message is a frame. One with a correlation id is a single request, whatever its payload is.</summary>
    public static bool IsFrame(in MessageProperties properties) =>
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

    /// <summary>A message that is one request.</summary>
    public Arrival Read(in Delivery message)
    {
        var properties = message.Properties;
        _correlationId.Set(properties.CorrelationId);
        _messageId.Set(properties.MessageId);
        _appId.Set(properties.AppId);
        _method.Set(properties.Type);
        _contentType.Set(properties.ContentType);
        return new Arrival
        {
            ReplyTo = properties.ReplyTo,
            CorrelationId = _correlationId.Utf8,
            MessageId = _messageId.Utf8,
            CorrelationText = properties.CorrelationId,
            MessageText = properties.MessageId,
            AppId = _appId.Utf8,
            Method = _method.Utf8,
            ContentType = _contentType.Utf8,
            Payload = message.Body,
            ExpirationMs = properties.ExpirationMs,
            Redelivered = message.Redelivered,
            HeaderBytes = properties.Headers?.EncodedBytes ?? 0,
            Table = properties.Headers,
        };
    }

    /// <summary>Begins a frame: what its properties say holds for each of its requests.</summary>
    public void Begin(in Delivery frame) => _appId.Set(frame.Properties.AppId);

    /// <summary>One request of the frame that was begun.</summary>
    public Arrival Read(in Delivery frame, in RequestView member) => new()
    {
        ReplyTo = frame.Properties.ReplyTo,
        CorrelationId = member.CorrelationId,
        MessageId = member.MessageId,
        AppId = _appId.Utf8,
        Method = member.Method,
        ContentType = member.ContentType,
        Payload = member.Payload,
        ExpirationMs = member.ExpirationMs,
        Redelivered = frame.Redelivered,
        HeaderBytes = member.Headers.Length,
        Headers = member.Headers,
    };
}
