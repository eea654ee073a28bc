using BrokerServe.Host.Load;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>What a load run puts into its pictures.</summary>
public sealed class LoadPictureSpecs
{
    private static readonly LoadSettings Settings = new(
        "greet", Concurrency: 4, Duration: TimeSpan.FromMilliseconds(300), WarmUp: TimeSpan.Zero, Size: 64, Rate: null,
        Timeout: TimeSpan.FromSeconds(20), AtMostOnce: false, ObjectNames.DefaultPrefix);

    [Fact]
    public async Task The_last_picture_says_what_the_result_says()
    {
        var (view, result) = await RunAsync("echo", Settings);

        var last = Assert.Single(view.Last);
        Assert.Equal((result.Totals.Replies, result.Throughput, result.Elapsed, 0L), (last.Count, last.PerSecond, last.Elapsed, last.Outstanding));
        Assert.Equal(result.Totals.LatencyMs(99), last.Latency.P99);
        var backend = Assert.Single(last.Backends);
        Assert.Equal(("greet-v1", result.Totals.Replies, 1.0), (backend.Name, backend.Requests, backend.Share));
        Assert.True(backend.Wanted is null && backend.Gauges is null, "A client does not know what a router knows.");
    }

    [Fact]
    public async Task Errors_are_in_the_picture_by_code()
    {
        var (view, result) = await RunAsync("fail:1", Settings);

        var last = Assert.Single(view.Last);
        Assert.Equal([("handler_error", result.Totals.Failures)], last.Errors.Select(error => (error.Key, error.Value)));
        Assert.Equal((0L, 0), (last.Count, last.Backends.Count));
    }

    [Fact]
    public async Task A_warm_up_is_shown_as_one_and_is_not_in_the_picture_that_follows()
    {
        var (view, _) = await RunAsync("echo", Settings with { WarmUp = TimeSpan.FromMilliseconds(200), Rate = 10 });

        Assert.Equal(
            [
                "Warming up 'greet' over the in-memory broker: 4 callers, 64 bytes each.",
                "Calling 'greet' over the in-memory broker: 4 callers, 10 calls/s, 64 bytes each.",
            ],
            view.First.Select(picture => picture.Title));
        Assert.Equal(3, Assert.Single(view.Last).Count);
    }

    private static async Task<(Album View, LoadResult Result)> RunAsync(string handler, LoadSettings settings)
    {
        await using var system = await TrialSystem.StartAsync(handler);
        await system.WarmUpAsync();
        var view = new Album();
        var result = await Within.ReasonAsync(new LoadRun(settings, view).RunAsync(system.Broker, CancellationToken.None), "the run ended");
        return (view, result);
    }
}
