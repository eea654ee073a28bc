namespace BrokerServe.Protocol.Reports;

/// <summary>Quantiles in milliseconds, of the time that <see cref="ReportBoard.Window"/> says; null when nothing ended in it.</summary>
/// <remarks>Each is the middle of its bucket, and so exact to a sixteenth.</remarks>
/// <param name="P50">Half took at most so long.</param>
/// <param name="P90">Nine in ten took at most so long.</param>
/// <param name="P99">All but one in a hundred took at most so long.</param>
public readonly record struct LatencyView(double? P50, double? P90, double? P99)
{
    internal static LatencyView Of(ReadOnlySpan<long> counts) => new(
        LatencyBuckets.Quantile(counts, 0.5), LatencyBuckets.Quantile(counts, 0.9), LatencyBuckets.Quantile(counts, 0.99));
}
