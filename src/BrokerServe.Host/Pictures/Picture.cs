namespace BrokerServe.Host.Pictures;

/// <summary>A run at one moment, as people look at it. Plain data: whoever measures fills it in, and views draw it.</summary>
internal sealed record Picture
{
    /// <summary>What is running, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>How long it has been running.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How long it was asked to run.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What <see cref="Count"/> counts, in the plural: <c>calls</c>, <c>replies</c>.</summary>
    public required string Counted { get; init; }

    /// <summary>How many there were until now.</summary>
    public required long Count { get; init; }

    /// <summary>How many there were per second: in the last second, or on average when it is over.</summary>
    public required double PerSecond { get; init; }

    /// <summary>The same over the whole run, in bars of equal length, the oldest first.</summary>
    public required IReadOnlyList<double> Throughput { get; init; }

    /// <summary>Calls begun that have not ended.</summary>
    public long Outstanding { get; init; }

    /// <summary>How long the calls took that ended with a reply.</summary>
    public required LatencyPicture Latency { get; init; }

    /// <summary>Calls that ended otherwise, by code.</summary>
    public required IReadOnlyList<KeyValuePair<string, long>> Errors { get; init; }

    /// <summary>Who does the work.</summary>
    public required IReadOnlyList<BackendPicture> Backends { get; init; }
}
