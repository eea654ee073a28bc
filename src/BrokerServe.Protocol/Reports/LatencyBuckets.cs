using System.Numerics;

namespace BrokerServe.Protocol.Reports;

/// <summary>How reports sort times: eight buckets for each doubling, so that a time is known to an eighth of itself, from a microsecond to days.</summary>
/// <remarks>
/// Counts of equal buckets may be added over routers and subtracted over time, which quantiles cannot. The buckets are linear within each
/// doubling, as those of HdrHistogram (http://hdrhistogram.org) with three bits; PROTOCOL.md has the numbers.
/// </remarks>
public static class LatencyBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 320;

    private const int PartsBits = 3;
    private const int Parts = 1 << PartsBits;

    /// <summary>The bucket of a time in microseconds; what is below 0 or beyond the last bucket goes to the first or the last.</summary>
    public static int Of(long microseconds)
    {
        if (microseconds < Parts)
        {
            return (int)Math.Max(0, microseconds);
        }

        var doublings = BitOperations.Log2((ulong)microseconds) - PartsBits;
        return Math.Min(Count - 1, (doublings * Parts) + (int)(microseconds >> doublings));
    }

    /// <summary>The shortest time of a bucket, in microseconds.</summary>
    /// <param name="bucket">0 to <see cref="Count"/>; that one ends the last.</param>
    public static long LowerBound(int bucket) =>
        bucket < Parts ? bucket : (long)(Parts + (bucket % Parts)) << ((bucket / Parts) - 1);

    /// <summary>The time below which a share of all counted times lies, in milliseconds: the middle of its bucket; null when nothing was counted.</summary>
    /// <param name="counts">How many times are in each bucket, <see cref="Count"/> of them at most, none negative.</param>
    /// <param name="share">0 to 1, such as 0.99.</param>
    public static double? Quantile(ReadOnlySpan<long> counts, double share)
    {
        var all = 0L;
        foreach (var count in counts)
        {
            all += count;
        }

        // The smallest time that so many are at or below; at least one, so that the quantile 0 is the shortest time.
        var rank = Math.Max(1, (long)Math.Ceiling(share * all));
        for (var bucket = 0; all > 0 && bucket < counts.Length; bucket++)
        {
            rank -= counts[bucket];
            if (rank <= 0)
            {
                return (LowerBound(bucket) + LowerBound(bucket + 1)) / 2_000.0;
            }
        }

        return null;
    }
}
