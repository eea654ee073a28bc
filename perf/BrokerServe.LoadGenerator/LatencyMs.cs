namespace BrokerServe.LoadGenerator;

/// <summary>Percentiles in milliseconds; all 0 when nothing was measured.</summary>
public sealed record LatencyMs
{
    public double Mean { get; init; }

    public double P50 { get; init; }

    public double P90 { get; init; }

    public double P99 { get; init; }

    public double P999 { get; init; }

    public double Max { get; init; }
}
