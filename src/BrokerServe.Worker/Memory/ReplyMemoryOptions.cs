namespace BrokerServe.Worker;

/// <summary>How much a worker remembers of what it answered. Whatever bound is reached first, the oldest reply is forgotten.</summary>
public sealed class ReplyMemoryOptions
{
    /// <summary>Replies that are remembered.</summary>
    /// <value>1 to 10,000,000. Default 10,000: at 100 a second the last 100 seconds, longer than the usual timeout of 30 s.</value>
    public int MaxReplies { get; set; } = 10_000;

    /// <summary>How long each is remembered.</summary>
    /// <value>1 s to 7 days. Default 20 minutes, the longest deadline that routers allow by default: no attempt begins later.</value>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Bytes of what is remembered, with 256 for each reply beside its payload and ids. A reply that is larger alone is not remembered.</summary>
    /// <value>1,024 bytes to 1 TiB. Default 64 MiB: the default number of replies with some 6 KiB each, and little beside a model server.</value>
    public long MaxBytes { get; set; } = 64L * 1_024 * 1_024;

    /// <summary>Where replies are kept beside, for other processes to find.</summary>
    /// <value>Default null: nowhere.</value>
    public IReplyStore? Store { get; set; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Check()
    {
        Check(MaxReplies is >= 1 and <= 10_000_000, nameof(MaxReplies), MaxReplies, "1 to 10,000,000");
        Check(MaxAge >= TimeSpan.FromSeconds(1) && MaxAge <= TimeSpan.FromDays(7), nameof(MaxAge), MaxAge, "1 s to 7 days");
        Check(MaxBytes is >= 1_024 and <= 1L << 40, nameof(MaxBytes), MaxBytes, "1,024 bytes to 1 TiB");
    }

    private static void Check(bool isInRange, string name, object value, string range)
    {
        if (!isInRange)
        {
            throw new ArgumentException($"{name} is {value}; it must be {range}.");
        }
    }
}
