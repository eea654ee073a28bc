using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Tests;

/// <summary>How throughput went over a run.</summary>
public sealed class HistorySpecs
{
    private static readonly TimeSpan Reading = TimeSpan.FromMilliseconds(250);

    private readonly RateHistory _history = new();
    private TimeSpan _now;
    private double _count;

    [Fact]
    public void Nothing_was_read_yet() => Assert.Equal((0, 0.0), (_history.Bars.Length, _history.Recent));

    [Fact]
    public void The_rate_is_of_the_last_second()
    {
        Read(readings: 40, perSecond: 100);
        Read(readings: 4, perSecond: 900);

        Assert.Equal(900, _history.Recent, tolerance: 0.001);
    }

    [Fact]
    public void With_readings_further_apart_it_is_since_the_reading_before()
    {
        _history.Add(TimeSpan.FromSeconds(1), 10);
        _history.Add(TimeSpan.FromSeconds(4), 100);

        Assert.Equal(30, _history.Recent);
    }

    [Fact]
    public void Each_reading_is_a_bar_at_first()
    {
        Read(readings: 3, perSecond: 100);
        Read(readings: 2, perSecond: 40);

        Assert.Equal([100, 100, 100, 40, 40], _history.Bars);
    }

    [Fact]
    public void A_reading_right_after_the_one_before_is_no_bar_of_its_own()
    {
        _history.Add(TimeSpan.FromMilliseconds(1), 1_000);
        _history.Add(TimeSpan.FromSeconds(1), 2_000);

        Assert.Equal([2_000], _history.Bars);
    }

    [Fact]
    public void A_clock_that_stands_still_is_no_bar()
    {
        Read(readings: 1, perSecond: 100);
        _history.Add(Reading, 5_000);

        Assert.Equal([100], _history.Bars);
    }

    [Theory]
    [InlineData(240)]
    [InlineData(241)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void However_long_a_run_is_its_bars_are_bounded_and_tell_all_of_it(int readings)
    {
        Read(readings / 2, perSecond: 100);
        Read(readings - (readings / 2), perSecond: 300);

        var bars = _history.Bars;
        Assert.InRange(bars.Length, 120, 240);

        // Half of the bars are of the first half, but for the one in which the rate changed and the newest, which is still growing.
        Assert.InRange(bars.Count(bar => Math.Abs(bar - 100) < 0.001), (bars.Length / 2) - 2, (bars.Length / 2) + 2);
        Assert.InRange(bars.Count(bar => Math.Abs(bar - 300) < 0.001), (bars.Length / 2) - 2, (bars.Length / 2) + 2);
    }

    private void Read(int readings, double perSecond)
    {
        for (var i = 0; i < readings; i++)
        {
            _now += Reading;
            _count += perSecond * Reading.TotalSeconds;
            _history.Add(_now, (long)_count);
        }
    }
}
