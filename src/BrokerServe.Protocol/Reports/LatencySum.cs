namespace BrokerServe.Protocol.Reports;

/// <summary>Adds up times of several routers between two reports of each.</summary>
internal sealed class LatencySum
{
    private readonly long[] _counts = new long[LatencyBuckets.Count];

    /// <summary>Adds what came between an earlier report and a newer one; nothing when there is no earlier one.</summary>
    public void Add(IReadOnlyList<LatencyCount> times, IReadOnlyList<LatencyCount>? before)
    {
        if (before is null)
        {
            return;
        }

        Span<long> between = stackalloc long[LatencyBuckets.Count];
        between.Clear();
        foreach (var (bucket, count) in times)
        {
            between[bucket] += count;
        }

        foreach (var (bucket, count) in before)
        {
            between[bucket] -= count;
        }

        for (var bucket = 0; bucket < between.Length; bucket++)
        {
            _counts[bucket] += Math.Max(0, between[bucket]);
        }
    }

    public LatencyView ToView() => LatencyView.Of(_counts);
}
