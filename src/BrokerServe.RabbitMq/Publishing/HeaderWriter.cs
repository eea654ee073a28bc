using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BrokerServe.Transport;

namespace BrokerServe.RabbitMq.Publishing;

/// <summary>Writes the elementary values of AMQP 0-9-1 (section 4.2.5) into a buffer that was measured to hold them.</summary>
internal ref struct HeaderWriter(Span<byte> to)
{
    private readonly Span<byte> _to = to;

    /// <summary>How many bytes were written.</summary>
    public int Written { get; private set; }

    /// <summary>How many digits a number of 0 or more has.</summary>
    public static int Digits(long number)
    {
        var digits = 1;
        for (; number >= 10; number /= 10)
        {
            digits++;
        }

        return digits;
    }

    public void Byte(byte value) => _to[Written++] = value;

    /// <summary>Writes a short string; false when there is none.</summary>
    public bool Short(string? text)
    {
        if (text is null)
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(text, _to[(Written + 1)..]);
        _to[Written] = (byte)bytes;
        Written += 1 + bytes;
        return true;
    }

    /// <summary>Writes a number as a short string of digits; false when there is none.</summary>
    public bool Number(long? number)
    {
        if (number is not { } value)
        {
            return false;
        }

        _ = value.TryFormat(_to[(Written + 1)..], out var digits, default, CultureInfo.InvariantCulture);
        _to[Written] = (byte)digits;
        Written += 1 + digits;
        return true;
    }

    /// <summary>Writes a field table; values that only some clients can read are left out.</summary>
    public void Table(HeaderTable headers, int bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_to[Written..], (uint)(bytes - 4));
        Written += 4;
        foreach (var (name, value) in headers.AsSpan())
        {
            if (value.Kind == HeaderKind.Unsupported)
            {
                continue;
            }

            Short(name);
            switch (value.Kind)
            {
                case HeaderKind.Text:
                    Byte((byte)'S');
                    var text = Encoding.UTF8.GetBytes(value.Text, _to[(Written + 4)..]);
                    BinaryPrimitives.WriteUInt32BigEndian(_to[Written..], (uint)text);
                    Written += 4 + text;
                    break;
                case HeaderKind.Integer:
                    Byte((byte)'l');
                    BinaryPrimitives.WriteInt64BigEndian(_to[Written..], value.Integer);
                    Written += 8;
                    break;
                default:
                    Byte((byte)'t');
                    Byte(value.Boolean ? (byte)1 : (byte)0);
                    break;
            }
        }
    }
}
