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
    private const int MessageIdBit = 7;
    private const int Basic = 60;

    /// <summary><c>basic.publish</c>, <c>basic.deliver</c>, <c>basic.ack</c>; empty for all others.</summary>
    public string Method { get; } = Bytes.Span[0] != MethodType || Word(Bytes, HeadBytes) != Basic ? "" : Word(Bytes, HeadBytes + 2) switch
    {
        40 => "basic.publish",
        60 => "basic.deliver",
        80 => "basic.ack",
        _ => "",
    };

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
