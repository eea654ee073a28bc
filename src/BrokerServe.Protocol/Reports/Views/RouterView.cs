namespace BrokerServe.Protocol.Reports;

/// <summary>One router by its newest report.</summary>
/// <param name="Router">Its name.</param>
/// <param name="Age">How long ago its newest report was heard.</param>
public sealed record RouterView(string Router, TimeSpan Age)
{
    /// <summary>What runs it; null when it does not say.</summary>
    public string? Software { get; init; }

    /// <summary>How long it has been running, by its own clock; null when it does not say.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>How far its clock is ahead of ours, the report's way through the broker taken for nothing.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>Bytes of requests in its memory; null when it does not say.</summary>
    public long? BufferedBytes { get; init; }

    /// <summary>Requests in its backlogs.</summary>
    public long Queued { get; init; }

    /// <summary>Its queries at replicas.</summary>
    public long InFlight { get; init; }

    /// <summary>Requests that it takes in per second; null while only one report is there.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Names of the endpoints and backends that it serves: routers of one system serve the same.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>See <see cref="Endpoints"/>.</summary>
    public IReadOnlyList<string> Backends { get; init; } = [];
}
