using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Tests;

/// <summary>What is counted of many callers.</summary>
public sealed class RecorderSpecs
{
    [Fact]
    public void Nothing_is_no_latency()
    {
        var totals = new CallRecorder().Read();

        Assert.Equal((0L, 0L, 0.0, 0.0, 0.0), (totals.Ended, totals.Failures, totals.LatencyMs(99), totals.MaxLatencyMs, totals.MeanLatencyMs));
    }

    [Fact]
    public void Callers_are_added_up()
    {
        var recorder = new CallRecorder();
        for (var caller = 0; caller < 100; caller++)
        {
            recorder.Replied(caller, caller % 2 == 0 ? "a" : null, TimeSpan.FromMilliseconds(caller + 1));
            recorder.Failed(caller, caller % 4 == 0 ? "overloaded" : "deadline_exceeded");
        }

        var totals = recorder.Read();

        Assert.Equal((100L, 100L, 200L), (totals.Replies, totals.Failures, totals.Ended));
        Assert.Equal([("a", 50L), ("unknown", 50L)], totals.Backends.Select(share => (share.Key, share.Value)));
        Assert.Equal([("deadline_exceeded", 75L), ("overloaded", 25L)], totals.Errors.Select(share => (share.Key, share.Value)));
        Assert.Equal(50, totals.LatencyMs(50), tolerance: 0.1);
        Assert.Equal(99, totals.LatencyMs(99), tolerance: 0.1);
        Assert.Equal(100, totals.MaxLatencyMs, tolerance: 0.1);
    }

    [Fact]
    public void What_is_longer_than_can_be_counted_counts_as_the_longest()
    {
        var recorder = new CallRecorder();
        recorder.Replied(0, null, TimeSpan.FromDays(2));
        recorder.Replied(0, null, TimeSpan.Zero);

        Assert.Equal(3_600_000, recorder.Read().MaxLatencyMs, tolerance: 3_600);
    }
}
