using HdrHistogram;

namespace BrokerServe.Host.Measuring;

/// <summary>What a <see cref="CallRecorder"/> has counted until a moment.</summary>
internal sealed class CallTotals
{
    /// <summary>Calls that ended with a reply.</summary>
    public long Replies { get; set; }

    /// <summary>Calls that ended otherwise, by code.</summary>
    public SortedDictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Replies by the backend that gave them.</summary>
    public SortedDictionary<string, long> Backends { get; } = new(StringComparer.Ordinal);

    /// <summary>How long the calls took that ended with a reply, in microseconds.</summary>
    public LongHistogram Latency { get; } = CallRecorder.NewHistogram();

    public long Failures => Errors.Values.Sum();

    public long Ended => Replies + Failures;

    /// <summary>A percentile in milliseconds; 0 when there was no reply.</summary>
    public double LatencyMs(double percentile) => Replies == 0 ? 0 : Latency.GetValueAtPercentile(percentile) / 1_000.0;

    /// <summary>The slowest reply in milliseconds; 0 when there was none.</summary>
    public double MaxLatencyMs => Replies == 0 ? 0 : Latency.GetMaxValue() / 1_000.0;

    /// <summary>The mean in milliseconds; 0 when there was no reply.</summary>
    public double MeanLatencyMs => Replies == 0 ? 0 : Latency.GetMean() / 1_000.0;
}
