using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Pictures;

/// <summary>Percentiles of all replies until a moment, in milliseconds; 0 when there was none.</summary>
internal readonly record struct LatencyPicture(double P50, double P90, double P99, double P999, double Max)
{
    public static LatencyPicture Of(CallTotals totals) => new(
        totals.LatencyMs(50), totals.LatencyMs(90), totals.LatencyMs(99), totals.LatencyMs(99.9), totals.MaxLatencyMs);
}
