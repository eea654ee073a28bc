using System.Buffers.Binary;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>The content header of a delivered message (AMQP 0-9-1, section 4.2.6.1), as far as it can hurt its reader.</summary>
internal static class HeaderFrame
{
    private const int FlagsOffset = 12; // Class (2), weight (2), size of the body (8).
    private const int ContentTypeFlag = 1 << 15;
    private const int ContentEncodingFlag = 1 << 14;
    private const int HeadersFlag = 1 << 13;

    // What System.Decimal can hold.
    private const byte MaxDecimalScale = 28;

    /// <summary>
    /// Changes, in place and without moving a byte, those header values that the client library reads dangerously or not at all: nested tables
    /// and arrays become opaque bytes, which have the same layout; decimals get a scale that exists; unsigned 64-bit numbers become signed.
    /// </summary>
    /// <param name="payload">The frame's payload.</param>
    /// <exception cref="IOException">The header is not well-formed. No broker sends such a thing: it read the header before.</exception>
    public static void Tame(Span<byte> payload)
    {
        if (payload.Length < FlagsOffset + 2)
        {
            throw Malformed();
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(payload[FlagsOffset..]);
        if ((flags & HeadersFlag) == 0)
        {
            return;
        }

        var rest = payload[(FlagsOffset + 2)..];
        rest = (flags & ContentTypeFlag) == 0 ? rest : SkipShort(rest);
        rest = (flags & ContentEncodingFlag) == 0 ? rest : SkipShort(rest);
        var table = Long(rest);
        while (!table.IsEmpty)
        {
            table = TameValue(SkipShort(table));
        }
    }

    // Returns what follows the value.
    private static Span<byte> TameValue(Span<byte> value)
    {
        if (value.IsEmpty)
        {
            throw Malformed();
        }

        var content = value[1..];
        switch ((char)value[0])
        {
            case 'F' or 'A':
                value[0] = (byte)'x';
                return content[(4 + Long(content).Length)..];
            case 'S' or 'x':
                return content[(4 + Long(content).Length)..];
            case 'D':
                var decimals = Skip(content, 5);
                content[0] = Math.Min(content[0], MaxDecimalScale);
                return decimals;
            case 'L':
                var after = Skip(content, 8);
                // A number that no signed one can say becomes a floating one, which nobody reads.
                value[0] = (byte)(content[0] < 0x80 ? 'l' : 'd');
                return after;
            case 'l' or 'd' or 'T':
                return Skip(content, 8);
            case 'I' or 'i' or 'f':
                return Skip(content, 4);
            case 's' or 'u':
                return Skip(content, 2);
            case 't' or 'b' or 'B':
                return Skip(content, 1);
            case 'V':
                return content;
            default:
                throw Malformed();
        }
    }

    private static Span<byte> SkipShort(Span<byte> text) => text.IsEmpty ? throw Malformed() : Skip(text, 1 + text[0]);

    private static Span<byte> Skip(Span<byte> bytes, int count) => count <= bytes.Length ? bytes[count..] : throw Malformed();

    // The bytes that a 32-bit length announces.
    private static Span<byte> Long(Span<byte> bytes)
    {
        if (bytes.Length < 4)
        {
            throw Malformed();
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length <= bytes.Length - 4 ? bytes.Slice(4, (int)length) : throw Malformed();
    }

    private static IOException Malformed() => new("The broker sent a content header that is not well-formed.");
}
