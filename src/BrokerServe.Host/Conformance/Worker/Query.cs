namespace BrokerServe.Host.Conformance.Worker;

/// <summary>A query as the kit sends it.</summary>
/// <param name="Call">What is asked.</param>
internal sealed record Query(TrialCall Call)
{
    /// <summary>Longer than any run waits for an answer.</summary>
    private const long LongMs = 20 * 60 * 1000;

    /// <summary>The ticket; null: the next number.</summary>
    public ulong? Ticket { get; init; }

    public long TimeLeftMs { get; init; } = LongMs;

    /// <summary>When the caller stops waiting, from now; null: when the time left ends.</summary>
    public long? DeadlineInMs { get; init; }

    /// <summary>Metadata and trace context go with it.</summary>
    public bool HasMetadata { get; init; }

    /// <summary>It carries what a later version of the protocol may have added.</summary>
    public bool IsOfLaterVersion { get; init; }
}
