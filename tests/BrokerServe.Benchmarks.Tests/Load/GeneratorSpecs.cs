using BrokerServe.LoadGenerator;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Load;

public sealed class GeneratorSpecs
{
    private static readonly LoadSettings Short = new()
    {
        Concurrency = 4,
        WarmUp = TimeSpan.FromMilliseconds(20),
        Duration = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_closed_loop_has_so_many_requests_under_way_and_never_more()
    {
        var generator = new Generator(Short);
        var target = new Trial(generator);

        var report = await generator.RunAsync(target, _ => { }, CancellationToken.None);

        Assert.Equal(4, target.MostUnderWay);
        Assert.Equal(target.Sent, report.AllReplies);
        Assert.Empty(report.Errors);
    }

    [Fact]
    public async Task Replies_of_the_warm_up_are_counted_and_not_measured()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var generator = new Generator(Short with { WarmUp = TimeSpan.FromHours(1) });
        var target = new Trial(generator);

        var report = await generator.RunAsync(target, _ => { }, stopping.Token);

        Assert.Equal(target.Sent, report.AllReplies);
        Assert.Equal(0, report.Requests);
    }

    [Fact]
    public async Task It_says_when_it_measures_and_when_it_has()
    {
        var generator = new Generator(Short);
        var phases = new List<string>();

        await generator.RunAsync(new Trial(generator), phases.Add, CancellationToken.None);

        Assert.Equal([Generator.Measuring, Generator.Measured], phases);
    }

    [Fact]
    public async Task What_is_never_answered_is_counted_as_lost()
    {
        var generator = new Generator(Short) { Patience = TimeSpan.FromMilliseconds(10) };

        var report = await generator.RunAsync(new Trial(generator) { AnswersAfter = null }, _ => { }, CancellationToken.None);

        Assert.Equal(4, report.Errors["lost"]);
        Assert.Equal(0, report.AllReplies);
    }

    [Fact]
    public async Task What_ends_otherwise_is_counted_by_its_reason()
    {
        var generator = new Generator(Short);
        var target = new Trial(generator) { Error = "overloaded" };

        var report = await generator.RunAsync(target, _ => { }, CancellationToken.None);

        Assert.Equal(target.Sent, report.Errors["overloaded"]);
        Assert.Equal(0, report.Requests);
    }

    [Fact]
    public async Task An_open_loop_sends_what_is_due_whether_or_not_it_was_answered()
    {
        var generator = new Generator(Short with { Concurrency = 1_000, Rate = 1_000 }) { Patience = TimeSpan.FromMilliseconds(10) };
        var target = new Trial(generator) { AnswersAfter = null };

        var report = await generator.RunAsync(target, _ => { }, CancellationToken.None);

        Assert.Equal(65, target.Sent); // A request each millisecond, and half as many in the first half of the warm-up.
        Assert.Equal(65, report.Errors["lost"]);
    }

    [Fact]
    public async Task In_an_open_loop_what_a_stall_delays_counts_from_when_it_was_due()
    {
        var generator = new Generator(Short with { WarmUp = TimeSpan.Zero, Rate = 1_000 });
        var target = new Trial(generator) { AnswersAfter = TimeSpan.Zero, StallsFor = TimeSpan.FromMilliseconds(40) };

        var report = await generator.RunAsync(target, _ => { }, CancellationToken.None);

        // Of those that were due during the stall half waited for 20 ms and more; each alone was answered at once.
        Assert.Equal(50, report.Requests);
        Assert.True(report.LatencyMs.P90 >= 20, $"The 90th percentile is {report.LatencyMs.P90} ms.");
    }

    [Fact]
    public async Task A_stop_ends_the_run_and_what_was_measured_is_reported()
    {
        using var stopping = new CancellationTokenSource();
        var generator = new Generator(Short with { Duration = TimeSpan.FromHours(1) });
        var (isMeasuring, answers) = (false, 0);
        var target = new Trial(generator);
        target.Answered = () =>
        {
            if (Volatile.Read(ref isMeasuring) && Interlocked.Increment(ref answers) == 10)
            {
                stopping.CancelAfter(TimeSpan.Zero); // Not on this thread, which has an answer in hand.
            }
        };

        var report = await generator.RunAsync(target, phase => Volatile.Write(ref isMeasuring, phase == Generator.Measuring), stopping.Token);

        Assert.Equal(target.Sent, report.AllReplies);
        Assert.True(report.Throughput > 0, "Nothing was measured.");
    }
}
