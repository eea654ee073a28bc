using BrokerServe.Host.Measuring;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Host.Tests;

/// <summary>When calls begin.</summary>
public sealed class PaceSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_closed_loop_begins_at_once_until_the_time_is_over()
    {
        var pace = new ClosedPace(_time, TimeSpan.FromSeconds(1));

        Assert.Equal(_time.GetTimestamp(), await pace.NextAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(_time.GetTimestamp(), await pace.NextAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await pace.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_open_loop_waits_until_a_call_is_due()
    {
        var pace = new RatePace(_time, TimeSpan.FromSeconds(1), callsPerSecond: 10);
        var start = _time.GetTimestamp();

        Assert.Equal(start, await pace.NextAsync(CancellationToken.None));
        var second = pace.NextAsync(CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(TimeSpan.FromMilliseconds(100), _time.GetElapsedTime(start, (await Within.ReasonAsync(second, "the second call was due"))!.Value));
    }

    [Fact]
    public async Task What_a_stall_delayed_counts_from_when_it_was_due()
    {
        var pace = new RatePace(_time, TimeSpan.FromSeconds(1), callsPerSecond: 10);
        var start = _time.GetTimestamp();

        // All callers were busy for half a second: five calls should have begun.
        _time.Advance(TimeSpan.FromMilliseconds(500));
        var due = new List<double>();
        for (var n = 0; n < 6; n++)
        {
            due.Add(_time.GetElapsedTime(start, (await pace.NextAsync(CancellationToken.None))!.Value).TotalMilliseconds);
        }

        Assert.Equal([0, 100, 200, 300, 400, 500], due);
    }

    [Fact]
    public async Task An_open_loop_ends_when_the_next_call_would_be_due_after_the_time_is_over()
    {
        var pace = new RatePace(_time, TimeSpan.FromSeconds(1), callsPerSecond: 2);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(await pace.NextAsync(CancellationToken.None));
        Assert.NotNull(await pace.NextAsync(CancellationToken.None));
        Assert.Null(await pace.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Both_end_when_they_are_stopped()
    {
        using var stopping = new CancellationTokenSource();
        var pace = new RatePace(_time, TimeSpan.FromSeconds(10), callsPerSecond: 1);
        await pace.NextAsync(stopping.Token);
        var waiting = pace.NextAsync(stopping.Token).AsTask();
        await stopping.CancelAsync();

        Assert.Null(await Within.ReasonAsync(waiting, "the waiting caller was let go"));
        Assert.Null(await new ClosedPace(_time, TimeSpan.FromSeconds(10)).NextAsync(stopping.Token));
    }
}
