namespace BrokerServe.Protocol.Reports;

/// <summary>One backend as all routers together see it.</summary>
/// <param name="Backend">Its name.</param>
public sealed record BackendView(string Backend)
{
    /// <summary>Requests in the routers' backlogs.</summary>
    public long Queued { get; init; }

    /// <summary>Queries at replicas.</summary>
    public long InFlight { get; init; }

    /// <summary>Queries that replicas would take at once.</summary>
    public long Credit { get; init; }

    /// <summary>Live replicas. Routers share them, so it is the most that any router knows.</summary>
    public long Replicas { get; init; }

    /// <summary>Replies that came in time, since the routers started.</summary>
    public long Replies { get; init; }

    /// <summary>Of these, those whose handler had failed.</summary>
    public long Errors { get; init; }

    /// <summary>Replies per second; null while only one report is there.</summary>
    public double? RepliesPerSecond { get; init; }

    /// <summary>Failures of handlers per second; null while only one report is there.</summary>
    public double? ErrorsPerSecond { get; init; }

    /// <summary>Time from dispatch to the reply.</summary>
    public LatencyView Latency { get; init; }
}
