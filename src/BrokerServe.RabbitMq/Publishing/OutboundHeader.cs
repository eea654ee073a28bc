using System.Buffers.Binary;
using System.Text;
using BrokerServe.Transport;
using RabbitMQ.Client;

namespace BrokerServe.RabbitMq.Publishing;

/// <summary>The content header of one message, encoded from our own properties without a dictionary or a string in between.</summary>
/// <remarks>AMQP 0-9-1, section 4.2.6.1 and the class <c>basic</c>. The order of the properties is the order of their flags.</remarks>
internal readonly partial struct OutboundHeader : IAmqpHeader
{
    private const ushort BasicClass = 60;

    private const int ContentTypeFlag = 1 << 15;
    private const int HeadersFlag = 1 << 13;
    private const int DeliveryModeFlag = 1 << 12;
    private const int CorrelationIdFlag = 1 << 10;
    private const int ReplyToFlag = 1 << 9;
    private const int ExpirationFlag = 1 << 8;
    private const int MessageIdFlag = 1 << 7;
    private const int TypeFlag = 1 << 5;
    private const int AppIdFlag = 1 << 3;

    private readonly MessageProperties _properties;
    private readonly int _bytes;
    private readonly int _tableBytes;

    /// <summary>Measures properties that <see cref="BrokerLimits.Refuse"/> has let pass.</summary>
    public OutboundHeader(in MessageProperties properties)
    {
        _properties = properties;
        _tableBytes = properties.Headers is { Count: > 0 } headers ? Table(headers) : 0;
        _bytes = 3 + _tableBytes // Flags and delivery mode.
            + Short(properties.ContentType) + Short(properties.CorrelationId) + Short(properties.ReplyTo)
            + Short(properties.MessageId) + Short(properties.Type) + Short(properties.AppId)
            + (Expiration(properties) is { } ms ? 1 + HeaderWriter.Digits(ms) : 0);
    }

    public ushort ProtocolClassId => BasicClass;

    /// <summary>The expiration as the broker takes it: it closes the channel over any other.</summary>
    public static long? Expiration(in MessageProperties properties) =>
        properties.ExpirationMs is { } ms ? Math.Clamp(ms, 0, MessageProperties.MaxExpirationMs) : null;

    public int GetRequiredBufferSize() => _bytes;

    public int WriteTo(Span<byte> span)
    {
        var flags = DeliveryModeFlag;
        var to = new HeaderWriter(span[2..]);
        flags |= to.Short(_properties.ContentType) ? ContentTypeFlag : 0;
        if (_tableBytes > 0)
        {
            flags |= HeadersFlag;
            to.Table(_properties.Headers!, _tableBytes);
        }

        to.Byte((byte)(_properties.Persistent ? DeliveryModes.Persistent : DeliveryModes.Transient));
        flags |= to.Short(_properties.CorrelationId) ? CorrelationIdFlag : 0;
        flags |= to.Short(_properties.ReplyTo) ? ReplyToFlag : 0;
        flags |= to.Number(Expiration(_properties)) ? ExpirationFlag : 0;
        flags |= to.Short(_properties.MessageId) ? MessageIdFlag : 0;
        flags |= to.Short(_properties.Type) ? TypeFlag : 0;
        flags |= to.Short(_properties.AppId) ? AppIdFlag : 0;
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)flags);
        return 2 + to.Written;
    }

    private static int Short(string? text) => text is null ? 0 : 1 + Encoding.UTF8.GetByteCount(text);

    private static int Table(HeaderTable headers)
    {
        var bytes = 4;
        foreach (var (name, value) in headers.AsSpan())
        {
            bytes += value.Kind switch
            {
                HeaderKind.Text => Short(name) + 5 + Encoding.UTF8.GetByteCount(value.Text),
                HeaderKind.Integer => Short(name) + 9,
                HeaderKind.Boolean => Short(name) + 2,
                _ => 0, // Nobody could read it on the other side: left out.
            };
        }

        return bytes;
    }
}
