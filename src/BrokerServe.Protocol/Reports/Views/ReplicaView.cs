namespace BrokerServe.Protocol.Reports;

/// <summary>One replica as all routers together see it.</summary>
/// <param name="Replica">Its name.</param>
/// <param name="Backend">The backend that it serves.</param>
/// <param name="Phase">Whether it gets queries; where routers differ, that of the one that gives it the fewest.</param>
public sealed record ReplicaView(string Replica, string Backend, ReplicaPhase Phase)
{
    /// <summary>Queries that it may hold, of all routers.</summary>
    public long Limit { get; init; }

    /// <summary>Queries that it holds.</summary>
    public long InFlight { get; init; }

    /// <summary>Replies that came in time, since the routers or the replica started.</summary>
    public long Replies { get; init; }

    /// <summary>Of these, those whose handler had failed.</summary>
    public long Errors { get; init; }

    /// <summary>Replies per second; null while only one report is there.</summary>
    public double? RepliesPerSecond { get; init; }

    /// <summary>Failures of the handler per second; null while only one report is there.</summary>
    public double? ErrorsPerSecond { get; init; }
}
