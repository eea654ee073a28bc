using BrokerServe.Host.Demo;
using BrokerServe.Host.Pictures;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>What the demo itself puts into its pictures.</summary>
public sealed class DemoPictureSpecs
{
    [Fact]
    public async Task The_pictures_of_a_demo_show_its_policy_its_replicas_and_every_call()
    {
        using var view = new Album();
        await using var broker = new InMemoryBroker();

        var summary = await Within.ReasonAsync(
            new DemoRun(new DemoSettings(TimeSpan.FromSeconds(1), Concurrency: 16, "demo"), view).RunAsync(broker, CancellationToken.None),
            "the demo ended");

        var last = Assert.Single(view.Last);
        Assert.Contains("6 replicas of 3 backends, 16 callers of 'greet', over the in-memory broker", last.Title, StringComparison.Ordinal);
        Assert.Equal((summary.Totals.Ended, 0L, TimeSpan.FromSeconds(1)), (last.Count, last.Outstanding, last.Duration));
        Assert.Equal(summary.Throughput, last.PerSecond);
        Assert.True(last.Latency.P50 > 0 && last.Latency.P50 <= last.Latency.P99 && last.Latency.P99 <= last.Latency.Max, last.Latency.ToString());
        Assert.Empty(last.Errors);
        Assert.Equal(
            [("greet-v1", 0.9, false, 3L), ("greet-v2", 0.1, false, 2L), ("greet-shadow", 0.2, true, 1L)],
            last.Backends.Select(backend => (backend.Name, backend.Wanted!.Value, backend.IsShadow, backend.Gauges!.Value.Replicas)));
        Assert.Equal(last.Count, last.Backends.Where(backend => !backend.IsShadow).Sum(backend => backend.Requests));
        Assert.Equal(1, last.Backends.Where(backend => !backend.IsShadow).Sum(backend => backend.Share), tolerance: 0.000_001);
        Assert.All(last.Backends, backend => Assert.Equal((0L, 0L), (backend.Gauges!.Value.Backlog, backend.Gauges.Value.InFlight)));

        // Replicas run eight queries at once unless they are told otherwise.
        Assert.Equal([24L, 16L, 8L], last.Backends.Select(backend => backend.Gauges!.Value.Credit));
    }

    [Fact]
    public async Task Pictures_of_a_demo_come_while_it_runs_and_never_go_back()
    {
        using var view = new Album();
        await using var broker = new InMemoryBroker();
        using var enough = new CancellationTokenSource();
        view.After(pictures: 3, enough.Cancel);

        await Within.ReasonAsync(
            new DemoRun(new DemoSettings(TimeSpan.FromMinutes(10), Concurrency: 16, "demo"), view).RunAsync(broker, enough.Token),
            "the demo showed three pictures and ended");

        Picture[] all = [Assert.Single(view.First), .. view.Shown, .. view.Last];
        Assert.Equal(all.OrderBy(picture => picture.Elapsed), all);
        Assert.Equal(all.OrderBy(picture => picture.Count), all);
        Assert.All(all, picture => Assert.InRange(picture.Outstanding, 0, 16));
        Assert.True(all[^1].Count > 0 && all[^1].Throughput.Max() > 0);
        Assert.Contains("greet-shadow", Samples.Drawn(all[^1], 79, Glyphs.Unicode), StringComparison.Ordinal);
    }
}
