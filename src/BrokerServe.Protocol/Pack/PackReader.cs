using System.Buffers.Binary;
using System.Text.Unicode;

namespace BrokerServe.Protocol.Pack;

/// <summary>Reads MessagePack from bytes that may be hostile: allocates nothing, believes no length, never throws.</summary>
/// <remarks>
/// Every method returns false when the next value is of another type, out of range or cut off. Where the reader stands after
/// that is not defined, so one false ends the reading; <see cref="TryReadNil"/> alone may be asked in vain.
/// MessagePack-CSharp (2.5.307) throws on malformed bytes, passes over an array of 2^31 elements as if it had none, and reads from memory
/// that it can keep, not from a span. Tests let the two read and write for each other.
/// </remarks>
internal ref partial struct PackReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Whether everything has been read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Whether the next value is text.</summary>
    public readonly bool IsTextNext => !_rest.IsEmpty
        && (_rest[0] is >= PackCode.FixText and < PackCode.Nil or >= PackCode.Text8 and <= PackCode.Text32);

    /// <summary>Consumes a nil; when the next value is something else it stays unread.</summary>
    public bool TryReadNil()
    {
        if (_rest.IsEmpty || _rest[0] != PackCode.Nil)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a boolean.</summary>
    public bool TryReadBoolean(out bool value)
    {
        value = !_rest.IsEmpty && _rest[0] == PackCode.True;
        if (!value && (_rest.IsEmpty || _rest[0] != PackCode.False))
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a whole number of 0 or more, however it is encoded; a float is none.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        if (!_rest.IsEmpty && _rest[0] <= PackCode.MaxPositiveFixInt)
        {
            value = _rest[0];
            _rest = _rest[1..];
            return true;
        }

        return TryReadInteger(out value, out var negative) && !negative;
    }

    /// <summary>Reads a whole number of 64 bits with a sign, however it is encoded; a float is none.</summary>
    public bool TryReadInt64(out long value)
    {
        var read = TryReadInteger(out var bits, out var negative) && (negative || bits <= long.MaxValue);
        value = read ? (long)bits : 0;
        return read;
    }

    /// <summary>Reads how many elements an array has. Each takes a byte at least, so more than the bytes that remain are a lie.</summary>
    public bool TryReadArrayHeader(out int count) =>
        TryReadCount(PackCode.FixArray, PackCode.Array16, PackCode.Array32, bytesPerElement: 1, out count);

    /// <summary>Reads how many pairs a map has. Each takes two bytes at least, so more than half the bytes that remain are a lie.</summary>
    public bool TryReadMapHeader(out int count) =>
        TryReadCount(PackCode.FixMap, PackCode.Map16, PackCode.Map32, bytesPerElement: 2, out count);

    /// <summary>Reads text; false also when it is not UTF-8.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> utf8) => TryReadTextBytes(out utf8) && Utf8.IsValid(utf8);

    /// <summary>Reads bytes. Languages whose strings are bytes may send them as text, of any content.</summary>
    public bool TryReadBinary(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        return _rest[0] switch
        {
            PackCode.Binary8 => TryReadNumber(1, out var length) && TryTake(length, out content),
            PackCode.Binary16 => TryReadNumber(2, out var length) && TryTake(length, out content),
            PackCode.Binary32 => TryReadNumber(4, out var length) && TryTake(length, out content),
            _ => TryReadTextBytes(out content),
        };
    }

    /// <summary>Reads an integer of any encoding; a negative one as the bits of a 64-bit two's complement.</summary>
    private bool TryReadInteger(out ulong bits, out bool negative)
    {
        bits = 0;
        negative = false;
        if (_rest.IsEmpty)
        {
            return false;
        }

        var code = _rest[0];
        switch (code)
        {
            case <= PackCode.MaxPositiveFixInt:
                bits = code;
                _rest = _rest[1..];
                return true;
            case >= PackCode.MinNegativeFixInt:
                bits = (ulong)(sbyte)code;
                negative = true;
                _rest = _rest[1..];
                return true;
            case >= PackCode.UInt8 and <= PackCode.UInt64:
                return TryReadNumber(1 << (code - PackCode.UInt8), out bits);
            case >= PackCode.Int8 and <= PackCode.Int64:
                var width = 1 << (code - PackCode.Int8);
                if (!TryReadNumber(width, out bits))
                {
                    return false;
                }

                // The sign of the narrow number becomes the sign of the wide one.
                var unused = 64 - (8 * width);
                var value = (long)(bits << unused) >> unused;
                bits = (ulong)value;
                negative = value < 0;
                return true;
            default:
                return false;
        }
    }

    private bool TryReadCount(byte fix, byte code16, byte code32, int bytesPerElement, out int count)
    {
        count = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong said;
        var code = _rest[0];
        if (code >= fix && code <= fix + PackCode.MaxFixCount)
        {
            said = (ulong)(code - fix);
            _rest = _rest[1..];
        }
        else if (code != code16 && code != code32)
        {
            return false;
        }
        else if (!TryReadNumber(code == code16 ? 2 : 4, out said))
        {
            return false;
        }

        if (said > (ulong)(_rest.Length / bytesPerElement))
        {
            return false;
        }

        count = (int)said;
        return true;
    }

    private bool TryReadTextBytes(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        switch (_rest[0])
        {
            case >= PackCode.FixText and <= PackCode.FixText + PackCode.MaxFixTextBytes:
                var fixLength = (ulong)(_rest[0] - PackCode.FixText);
                _rest = _rest[1..];
                return TryTake(fixLength, out content);
            case PackCode.Text8:
                return TryReadNumber(1, out var length8) && TryTake(length8, out content);
            case PackCode.Text16:
                return TryReadNumber(2, out var length16) && TryTake(length16, out content);
            case PackCode.Text32:
                return TryReadNumber(4, out var length32) && TryTake(length32, out content);
            default:
                return false;
        }
    }

    /// <summary>Passes over the code byte and reads a big-endian number of 1, 2, 4 or 8 bytes after it.</summary>
    private bool TryReadNumber(int width, out ulong number)
    {
        number = 0;
        if (_rest.Length <= width)
        {
            return false;
        }

        number = width switch
        {
            1 => _rest[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(_rest[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(_rest[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(_rest[1..]),
        };
        _rest = _rest[(1 + width)..];
        return true;
    }

    private bool TryTake(ulong length, out ReadOnlySpan<byte> taken)
    {
        if (length > (ulong)_rest.Length)
        {
            taken = default;
            return false;
        }

        taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
