using BrokerServe.Protocol.Reports;
using CsCheck;

namespace BrokerServe.Protocol.Tests.Reports;

/// <summary>Times in buckets: known to an eighth of themselves, and in order.</summary>
public sealed class LatencyBucketSpecs
{
    [Fact]
    public void Every_bucket_begins_where_the_one_before_it_ends()
    {
        for (var bucket = 0; bucket < LatencyBuckets.Count; bucket++)
        {
            Assert.Equal(bucket, LatencyBuckets.Of(LatencyBuckets.LowerBound(bucket)));
            Assert.Equal(Math.Max(0, bucket - 1), LatencyBuckets.Of(LatencyBuckets.LowerBound(bucket) - 1));
        }
    }

    [Fact]
    public void A_bucket_is_no_wider_than_an_eighth_of_where_it_begins() => Gen.Long[8, 1L << 42].Sample(time =>
    {
        var bucket = LatencyBuckets.Of(time);
        var (from, to) = (LatencyBuckets.LowerBound(bucket), LatencyBuckets.LowerBound(bucket + 1));
        return from <= time && time < to && (to - from) * 8 <= from;
    });

    [Theory]
    [InlineData(long.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(7, 7)]
    [InlineData(8, 8)]
    [InlineData(16, 16)]
    [InlineData(1_000, 63)]
    [InlineData(long.MaxValue, LatencyBuckets.Count - 1)]
    public void A_time_has_its_bucket_however_long_it_is(long microseconds, int bucket) => Assert.Equal(bucket, LatencyBuckets.Of(microseconds));

    [Fact]
    public void Quantiles_are_those_of_the_times_that_were_counted()
    {
        var counts = new long[LatencyBuckets.Count];
        for (var time = 1; time <= 100; time++)
        {
            counts[LatencyBuckets.Of(time * 1_000)]++;
        }

        Assert.Equal(50, LatencyBuckets.Quantile(counts, 0.5)!.Value, 50.0 / 16);
        Assert.Equal(90, LatencyBuckets.Quantile(counts, 0.9)!.Value, 90.0 / 16);
        Assert.Equal(99, LatencyBuckets.Quantile(counts, 0.99)!.Value, 99.0 / 16);
        Assert.Equal(1, LatencyBuckets.Quantile(counts, 0)!.Value, 1.0 / 16);
        Assert.Null(LatencyBuckets.Quantile(new long[LatencyBuckets.Count], 0.5));
    }
}
