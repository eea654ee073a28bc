namespace BrokerServe.Transport;

/// <summary>Where in a stream a reader begins.</summary>
public readonly record struct StreamPosition
{
    private StreamPosition(StreamStart start, long offset)
    {
        Start = start;
        Offset = offset;
    }

    /// <summary>With the oldest message that is there.</summary>
    public static StreamPosition First { get; } = new(StreamStart.First, 0);

    /// <summary>With the newest message, or somewhat before: brokers begin with the group of messages in which they have stored it.</summary>
    public static StreamPosition Last { get; } = new(StreamStart.Last, 0);

    /// <summary>How the beginning is said.</summary>
    public StreamStart Start { get; }

    /// <summary>The offset, when it is said by one; else 0.</summary>
    public long Offset { get; }

    /// <summary>With the message at an offset; with the oldest when that one is gone. While the stream ends before it, nothing comes.</summary>
    /// <param name="offset">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is below 0.</exception>
    public static StreamPosition At(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new StreamPosition(StreamStart.Offset, offset);
    }
}
