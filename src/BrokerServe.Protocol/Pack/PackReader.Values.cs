using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace BrokerServe.Protocol.Pack;

/// <summary>Values with a range or a meaning in this protocol.</summary>
internal ref partial struct PackReader
{
    /// <summary>Reads a whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public bool TryReadInt32(int min, int max, out int value)
    {
        var read = TryReadInt64(out var wide) && wide >= min && wide <= max;
        value = read ? (int)wide : 0;
        return read;
    }

    /// <summary>Reads a whole number of 32 bits without a sign.</summary>
    public bool TryReadUInt32(out uint value)
    {
        var read = TryReadUInt64(out var wide) && wide <= uint.MaxValue;
        value = read ? (uint)wide : 0;
        return read;
    }

    /// <summary>The same, to be told from a number that was not said.</summary>
    public bool TryReadInt32(int min, int max, out int? value)
    {
        var read = TryReadInt32(min, max, out int said);
        value = read ? said : null;
        return read;
    }

    /// <summary>The same, to be told from a number that was not said.</summary>
    public bool TryReadUInt32(out uint? value)
    {
        var read = TryReadUInt32(out uint said);
        value = read ? said : null;
        return read;
    }

    /// <summary>Reads a time of the wall clock, within <see cref="TimeLimits"/>.</summary>
    public bool TryReadUnixMs(out long? value)
    {
        var read = TryReadInt64(out var wide) && wide is >= 0 and <= TimeLimits.MaxDeadlineUnixMs;
        value = read ? wide : null;
        return read;
    }

    /// <summary>Reads a count, an offset or a version: 0 to 2^53, beyond which JavaScript cannot count.</summary>
    public bool TryReadNatural(out long? value)
    {
        var read = TryReadInt64(out var wide) && wide is >= 0 and <= 1L << 53;
        value = read ? wide : null;
        return read;
    }

    /// <summary>Reads a boolean, to be told from one that was not said.</summary>
    public bool TryReadBoolean(out bool? value)
    {
        var read = TryReadBoolean(out bool said);
        value = read ? said : null;
        return read;
    }

    /// <summary>Reads text or nil; nil is "not said" and comes out empty.</summary>
    public bool TryReadOptionalText(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        return TryReadNil() || TryReadText(out utf8);
    }

    /// <summary>Reads bytes or nil; nil comes out empty.</summary>
    public bool TryReadOptionalBinary(out ReadOnlySpan<byte> content)
    {
        content = default;
        return TryReadNil() || TryReadBinary(out content);
    }

    /// <summary>Reads text as a string. What it allocates is bounded by the bytes that are really there.</summary>
    public bool TryReadString([NotNullWhen(true)] out string? text)
    {
        text = TryReadText(out var utf8) ? Encoding.UTF8.GetString(utf8) : null;
        return text is not null;
    }

    /// <summary>Reads the name of an endpoint, backend, replica or router.</summary>
    public bool TryReadName([NotNullWhen(true)] out string? name)
    {
        name = TryReadText(out var utf8) && Names.IsValidUtf8(utf8) ? Encoding.UTF8.GetString(utf8) : null;
        return name is not null;
    }

    /// <summary>Reads the name of a queue, or a routing key: what AMQP calls a short string, and not empty.</summary>
    public bool TryReadQueueName([NotNullWhen(true)] out string? name)
    {
        name = TryReadText(out var utf8) && Names.IsQueueName(utf8) ? Encoding.UTF8.GetString(utf8) : null;
        return name is not null;
    }

    /// <summary>Reads a list of tickets. Looks at all of them before it makes room for any.</summary>
    public bool TryReadTickets([NotNullWhen(true)] out Ticket[]? tickets)
    {
        tickets = null;
        if (!TryReadArrayHeader(out var count))
        {
            return false;
        }

        var probe = this;
        for (var i = 0; i < count; i++)
        {
            if (!probe.TryReadUInt64(out _))
            {
                return false;
            }
        }

        tickets = new Ticket[count];
        for (var i = 0; i < count; i++)
        {
            TryReadUInt64(out var value);
            tickets[i] = new Ticket(value);
        }

        return true;
    }

    /// <summary>Reads an array of rows; the list grows with what is really there, never by what the header says.</summary>
    public bool TryReadList<T>(RowReader<T> readRow, [NotNullWhen(true)] out List<T>? rows)
        where T : class
    {
        rows = null;
        if (!TryReadArrayHeader(out var count))
        {
            return false;
        }

        var read = new List<T>();
        for (; count > 0; count--)
        {
            if (!readRow(ref this, out var row))
            {
                return false;
            }

            read.Add(row);
        }

        rows = read;
        return true;
    }

    /// <summary>
    /// Reads a map pair by pair, in whatever order they come. A value of nil is "not said", so its pair is left out; of a key that
    /// stands there twice the last value counts.
    /// </summary>
    public bool TryReadMap<TDraft>(scoped ref TDraft draft, PairReader<TDraft> readPair)
    {
        if (!TryReadMapHeader(out var pairs))
        {
            return false;
        }

        for (; pairs > 0; pairs--)
        {
            if (!TryReadKey(out var key) || (!TryReadNil() && !readPair(ref this, key, ref draft)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the key of a pair. One that is not text means nothing to this version and comes out empty.</summary>
    private bool TryReadKey(out ReadOnlySpan<byte> key)
    {
        key = default;
        return IsTextNext ? TryReadText(out key) : TrySkip();
    }
}
