using BrokerServe.Bench.Statistics;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

public sealed class MedianSpecs
{
    [Fact]
    public void The_median_is_the_middle_value_or_the_mean_of_the_two_in_the_middle()
    {
        Assert.Equal(3, MedianInterval.Of([5, 1, 3]).Median);
        Assert.Equal(2.5, MedianInterval.Of([4, 1, 3, 2]).Median);
        Assert.Equal(7, MedianInterval.Of([7]).Median);
    }

    // The ranks and what they cover are those of tables of the sign test.
    [Theory]
    [InlineData(6, 1, 6, 0.96875)]
    [InlineData(8, 1, 8, 0.9921875)]
    [InlineData(9, 2, 8, 0.9609375)]
    [InlineData(15, 4, 12, 0.96484375)]
    [InlineData(25, 8, 18, 0.9567)]
    public void The_interval_is_the_narrowest_pair_of_ranks_that_covers_95_percent(int count, int low, int high, double confidence)
    {
        var found = MedianInterval.Of(Enumerable.Range(1, count).Select(value => (double)value).Reverse());

        Assert.Equal((low, high), (found.Low, found.High));
        Assert.Equal(confidence, found.Confidence, 4);
        Assert.True(found.IsDecisive);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.5)]
    [InlineData(5, 0.9375)]
    public void With_too_few_values_the_interval_is_the_whole_range_and_decides_nothing(int count, double confidence)
    {
        var found = MedianInterval.Of(Enumerable.Range(1, count).Select(value => (double)value));

        Assert.Equal((1, count), (found.Low, found.High));
        Assert.Equal(confidence, found.Confidence, 6);
        Assert.False(found.IsDecisive);
    }

    [Fact]
    public void Nineteen_of_twenty_intervals_hold_the_true_median()
    {
        // Of a skewed distribution, whose median is ln 2; by a seed.
        var random = new Random(20261128);
        var held = 0;
        for (var trial = 0; trial < 2_000; trial++)
        {
            var found = MedianInterval.Of(Enumerable.Range(0, 9).Select(_ => -Math.Log(1 - random.NextDouble())));
            held += found.Low <= Math.Log(2) && Math.Log(2) <= found.High ? 1 : 0;
        }

        Assert.InRange(held / 2_000.0, 0.95, 0.972); // 0.961, give or take what 2,000 trials leave open.
    }

    [Fact]
    public void There_is_no_median_of_nothing() => Assert.Throws<ArgumentException>(() => MedianInterval.Of([]));
}
