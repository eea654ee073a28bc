namespace BrokerServe.Protocol.Reports;

/// <summary>One endpoint as all routers together see it.</summary>
/// <param name="Endpoint">Its name.</param>
public sealed record EndpointView(string Endpoint)
{
    /// <summary>Requests taken in, since the routers started.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that ended otherwise than ok, by code, since the routers started.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>Requests per second; null while only one report is there.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Requests per second that ended otherwise than ok; null while only one report is there.</summary>
    public double? ErrorsPerSecond { get; init; }

    /// <summary>Time from admission to the answer.</summary>
    public LatencyView Latency { get; init; }

    /// <summary>The share of each backend, 0 to 1, as the router that reported last has it; empty while there is no policy.</summary>
    public IReadOnlyDictionary<string, double> Traffic { get; init; } = new Dictionary<string, double>();

    /// <summary>The share of requests copied to each shadow, 0 to 1.</summary>
    public IReadOnlyDictionary<string, double> Shadow { get; init; } = new Dictionary<string, double>();
}
