using System.Buffers.Binary;
using System.Text;

namespace BrokerServe.Faults.Tests.Network;

/// <summary>One AMQP 0-9-1 frame on its way, as far as a fault wants to know it.</summary>
/// <param name="FromClient">Which way it goes.</param>
/// <param name="Bytes">All of it, from its type to its end mark.</param>
internal sealed record Frame(bool FromClient, ReadOnlyMemory<byte> Bytes)
{
    private const int HeadBytes = 7;
    private const byte MethodType = 1;
    private const byte HeaderType = 2;
    private const byte BodyType = 3;
    private const int MessageIdBit = 7;
    private const int Basic = 60;

    /// <summary><c>basic.publish</c>, <c>basic.deliver</c>, <c>basic.ack</c>, <c>channel.close</c>, <c>connection.close</c>; empty for all others.</summary>
    public string Method { get; } = Bytes.Span[0] != MethodType ? "" : (Word(Bytes, HeadBytes), Word(Bytes, HeadBytes + 2)) switch
    {
        (Basic, 40) => "basic.publish",
        (Basic, 60) => "basic.deliver",
        (Basic, 80) => "basic.ack",
        (20, 40) => "channel.close",
        (10, 50) => "connection.close",
        _ => "",
    };

    /// <summary>Of a close: the code and the sentence, as <c>404 NOT_FOUND - no queue 'q'</c>.</summary>
    public string Reason => $"{Word(Bytes, HeadBytes + 4)} {Encoding.UTF8.GetString(Bytes.Span.Slice(HeadBytes + 7, Bytes.Span[HeadBytes + 6]))}";

    /// <summary>Of a publish or a delivery: the routing key.</summary>
    public string RoutingKey => Method switch
    {
        "basic.publish" => ShortText(2),
        "basic.deliver" => ShortText(2),
        _ => "",
    };

    /// <summary>Of a publish or a delivery: the exchange.</summary>
    public string Exchange => Method switch
    {
        "basic.publish" => ShortText(1),
        "basic.deliver" => ShortText(1),
        _ => "",
    };

    /// <summary>Which channel it is of.</summary>
    public int Channel => Word(Bytes, 1);

    /// <summary>Whether it is the header of a message: the frame behind a publish or a delivery.</summary>
    public bool IsHeader => Bytes.Span[0] == HeaderType && Word(Bytes, HeadBytes) == Basic;

    /// <summary>Whether it is some of the body of a message.</summary>
    public bool IsBody => Bytes.Span[0] == BodyType;

    /// <summary>Of a header: how long the body is that comes behind it.</summary>
    public ulong BodyBytes => BinaryPrimitives.ReadUInt64BigEndian(Bytes.Span[(HeadBytes + 4)..]);

    /// <summary>Of a header: what the body is; empty when it is not said.</summary>
    public string ContentType
    {
        get
        {
            var properties = Bytes.Span[(HeadBytes + 14)..];
            return (Word(Bytes, HeadBytes + 12) & 0x8000) == 0 ? "" : Encoding.UTF8.GetString(properties.Slice(1, properties[0]));
        }
    }

    /// <summary>Of a header: the message id; empty when the message has none.</summary>
    public string MessageId
    {
        get
        {
            var flags = Word(Bytes, HeadBytes + 12);
            var rest = Bytes.Span[(HeadBytes + 14)..];
            for (var bit = 15; bit > MessageIdBit; bit--)
            {
                if ((flags & (1 << bit)) != 0)
                {
                    // The table of headers says its length in four bytes, delivery mode and priority are one byte, all others short texts.
                    rest = rest[(bit switch { 13 => 4 + BinaryPrimitives.ReadInt32BigEndian(rest), 12 or 11 => 1, _ => 1 + rest[0] })..];
                }
            }

            return (flags & (1 << MessageIdBit)) == 0 ? "" : Encoding.UTF8.GetString(rest.Slice(1, rest[0]));
        }
    }

    public override string ToString() => $"{(FromClient ? "to" : "from")} the broker: {Method} {Exchange}/{RoutingKey}";

    private static int Word(ReadOnlyMemory<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[at..]);

    // publish: reserved word, exchange, routing key. deliver: consumer tag, delivery tag, redelivered, exchange, routing key.
    private string ShortText(int number)
    {
        var rest = Bytes.Span[(HeadBytes + 4)..];
        if (Method == "basic.publish")
        {
            rest = rest[2..];
        }
        else
        {
            rest = rest[(1 + rest[0])..][9..];
        }

        if (number == 2)
        {
            rest = rest[(1 + rest[0])..];
        }

        return Encoding.UTF8.GetString(rest.Slice(1, rest[0]));
    }
}
