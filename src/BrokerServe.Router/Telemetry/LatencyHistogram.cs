using BrokerServe.Protocol.Reports;

namespace BrokerServe.Router.Telemetry;

/// <summary>Counts times in the buckets of the reports. Any thread: one interlocked addition for each.</summary>
internal sealed class LatencyHistogram
{
    private readonly long[] _counts = new long[LatencyBuckets.Count];

    public void Count(long microseconds) => Interlocked.Increment(ref _counts[LatencyBuckets.Of(microseconds)]);

    /// <summary>The buckets that are not empty.</summary>
    public LatencyCount[] Read()
    {
        var read = new List<LatencyCount>();
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (Volatile.Read(ref _counts[bucket]) is > 0 and var count)
            {
                read.Add(new LatencyCount(bucket, count));
            }
        }

        return [.. read];
    }
}
