using BrokerServe.Testing.Time;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>The clock knows what is due next.</summary>
public sealed class SteppedTimeSpecs
{
    private readonly SteppedTime _time = new();
    private readonly DateTimeOffset _start;
    private readonly List<string> _fired = [];

    public SteppedTimeSpecs() => _start = _time.GetUtcNow();

    [Fact]
    public void Nothing_is_due_while_no_timer_is_set()
    {
        Assert.Null(_time.NextDue);
        var timer = Set("never", Timeout.InfiniteTimeSpan);
        Assert.Null(_time.NextDue);

        timer.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        Assert.Equal(_start.AddSeconds(3), _time.NextDue);
        timer.Dispose();
        Assert.Null(_time.NextDue);
    }

    [Fact]
    public void The_next_of_several_timers_is_due_next()
    {
        Set("five", TimeSpan.FromSeconds(5));
        Set("two", TimeSpan.FromSeconds(2));
        Assert.Equal(_start.AddSeconds(2), _time.NextDue);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["two"], _fired);
        Assert.Equal(_start.AddSeconds(5), _time.NextDue);

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["two", "five"], _fired);
        Assert.Null(_time.NextDue);
    }

    [Fact]
    public void A_periodic_timer_is_due_again_at_its_own_times_also_after_a_leap()
    {
        Set("tick", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(_start.AddSeconds(2), _time.NextDue);

        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(["tick", "tick", "tick"], _fired);
        Assert.Equal(_start.AddSeconds(4), _time.NextDue);
    }

    [Fact]
    public void A_timer_that_sets_itself_anew_is_due_as_it_was_set()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => timer!.Change(TimeSpan.FromSeconds(7), Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(_start.AddSeconds(8), _time.NextDue);
    }

    [Fact]
    public void A_timer_that_is_due_at_once_fires_at_once()
    {
        Set("now", TimeSpan.Zero);
        Assert.Equal(["now"], _fired);
        Assert.Null(_time.NextDue);
    }

    private ITimer Set(string name, TimeSpan due, TimeSpan? period = null) =>
        _time.CreateTimer(_ => _fired.Add(name), null, due, period ?? Timeout.InfiniteTimeSpan);
}
