using System.Buffers.Binary;
using System.Text;

namespace BrokerServe.Protocol.Pack;

/// <summary>Writes MessagePack into memory of the caller, each value in its shortest form. Allocates nothing.</summary>
/// <remarks>The caller sees to it that there is room; when there is not, the write throws and the memory's content is undefined.</remarks>
internal ref struct PackWriter(Span<byte> destination)
{
    /// <summary>No integer takes more bytes.</summary>
    public const int MaxIntegerBytes = 9;

    /// <summary>No header of an array, a map, text or binary takes more bytes.</summary>
    public const int MaxHeaderBytes = 5;

    private readonly Span<byte> _destination = destination;
    private int _length;

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _length;

    /// <summary>No more bytes than this are written for a text; null counts as nil.</summary>
    /// <remarks>A UTF-16 unit becomes three bytes at most: a pair of surrogates becomes four, a lone one the three of U+FFFD.</remarks>
    public static int MaxTextBytes(string? text) => MaxHeaderBytes + (3 * (text?.Length ?? 0));

    /// <summary>Writes nil.</summary>
    public void WriteNil() => _destination[_length++] = PackCode.Nil;

    /// <summary>Writes a boolean.</summary>
    public void WriteBoolean(bool value) => _destination[_length++] = value ? PackCode.True : PackCode.False;

    /// <summary>Starts an array.</summary>
    public void WriteArrayHeader(int count) => WriteCount(count, PackCode.FixArray, PackCode.Array16, PackCode.Array32);

    /// <summary>Starts a map.</summary>
    public void WriteMapHeader(int count) => WriteCount(count, PackCode.FixMap, PackCode.Map16, PackCode.Map32);

    /// <summary>Writes a whole number.</summary>
    public void WriteUInt64(ulong value)
    {
        switch (value)
        {
            case <= PackCode.MaxPositiveFixInt:
                _destination[_length++] = (byte)value;
                break;
            case <= byte.MaxValue:
                WriteNumber8(PackCode.UInt8, (byte)value);
                break;
            case <= ushort.MaxValue:
                WriteNumber16(PackCode.UInt16, (ushort)value);
                break;
            case <= uint.MaxValue:
                WriteNumber32(PackCode.UInt32, (uint)value);
                break;
            default:
                _destination[_length] = PackCode.UInt64;
                BinaryPrimitives.WriteUInt64BigEndian(_destination[(_length + 1)..], value);
                _length += MaxIntegerBytes;
                break;
        }
    }

    /// <summary>Writes a whole number that is known not to be negative.</summary>
    public void WriteNatural(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        WriteUInt64((ulong)value);
    }

    /// <summary>Writes text that already is UTF-8.</summary>
    public void WriteText(scoped ReadOnlySpan<byte> utf8)
    {
        WriteTextHeader(utf8.Length);
        WriteRaw(utf8);
    }

    /// <summary>Writes text that already is UTF-8; empty is nil.</summary>
    public void WriteOptionalText(scoped ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            WriteNil();
        }
        else
        {
            WriteText(utf8);
        }
    }

    /// <summary>Writes text; null is nil.</summary>
    public void WriteText(string? text)
    {
        if (text is null)
        {
            WriteNil();
            return;
        }

        WriteTextHeader(Encoding.UTF8.GetByteCount(text));
        _length += Encoding.UTF8.GetBytes(text, _destination[_length..]);
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBinary(scoped ReadOnlySpan<byte> content)
    {
        switch (content.Length)
        {
            case <= byte.MaxValue:
                WriteNumber8(PackCode.Binary8, (byte)content.Length);
                break;
            case <= ushort.MaxValue:
                WriteNumber16(PackCode.Binary16, (ushort)content.Length);
                break;
            default:
                WriteNumber32(PackCode.Binary32, (uint)content.Length);
                break;
        }

        WriteRaw(content);
    }

    /// <summary>Writes a list of tickets.</summary>
    public void WriteTickets(IReadOnlyList<Ticket> tickets)
    {
        WriteArrayHeader(tickets.Count);
        foreach (var ticket in tickets)
        {
            WriteUInt64(ticket.Value);
        }
    }

    /// <summary>Copies bytes that already are MessagePack.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> encoded)
    {
        encoded.CopyTo(_destination[_length..]);
        _length += encoded.Length;
    }

    private void WriteTextHeader(int bytes)
    {
        switch (bytes)
        {
            case <= PackCode.MaxFixTextBytes:
                _destination[_length++] = (byte)(PackCode.FixText + bytes);
                break;
            case <= byte.MaxValue:
                WriteNumber8(PackCode.Text8, (byte)bytes);
                break;
            case <= ushort.MaxValue:
                WriteNumber16(PackCode.Text16, (ushort)bytes);
                break;
            default:
                WriteNumber32(PackCode.Text32, (uint)bytes);
                break;
        }
    }

    private void WriteCount(int count, byte fix, byte code16, byte code32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        switch (count)
        {
            case <= PackCode.MaxFixCount:
                _destination[_length++] = (byte)(fix + count);
                break;
            case <= ushort.MaxValue:
                WriteNumber16(code16, (ushort)count);
                break;
            default:
                WriteNumber32(code32, (uint)count);
                break;
        }
    }

    private void WriteNumber8(byte code, byte value)
    {
        _destination[_length] = code;
        _destination[_length + 1] = value;
        _length += 2;
    }

    private void WriteNumber16(byte code, ushort value)
    {
        _destination[_length] = code;
        BinaryPrimitives.WriteUInt16BigEndian(_destination[(_length + 1)..], value);
        _length += 3;
    }

    private void WriteNumber32(byte code, uint value)
    {
        _destination[_length] = code;
        BinaryPrimitives.WriteUInt32BigEndian(_destination[(_length + 1)..], value);
        _length += 5;
    }
}
