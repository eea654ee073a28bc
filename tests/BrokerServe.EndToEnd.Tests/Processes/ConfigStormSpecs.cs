using System.Diagnostics;
using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>A router's file changes ten times a second under load, over a real RabbitMQ: no call fails, and each change is followed.</summary>
/// <remarks>Takes 10 s; <c>BROKERSERVE_TEST_STORM_SECONDS</c> says otherwise.</remarks>
public sealed class ConfigStormSpecs(ITestOutputHelper output) : EndToEndSpecs
{
    private const int CallsForEach = 10;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brokerserve-storm-");
    private string _uri = "";
    private Brokerserve? _router;
    private int _shadowed;

    private string ConfigPath => Path.Combine(_folder.FullName, "brokerserve.json");

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        _uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = _uri });
    }

    protected override async ValueTask CleanUpAsync()
    {
        await (_router?.DisposeAsync() ?? default);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_configuration_that_changes_every_100_ms_under_load_fails_no_call_and_the_split_follows_each_change()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("BROKERSERVE_TEST_STORM_SECONDS") ?? "10", CultureInfo.InvariantCulture);
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await StartSystemAsync(StormScene.Draw(System.Prefix, 0, random));
        var client = await System.StartClientAsync();
        await client.InvokeRawAsync("greet", new byte[] { 7 }).AsTask().WaitAsync(ServingSystem.Patience); // All have found each other.

        var load = new StormLoad(client, callers: 16);
        var windows = await ChangeAsync(load, TimeSpan.FromSeconds(seconds), random);
        var calls = await load.StopAsync(); // Throws what any call has thrown.

        var split = new StormSplit();
        foreach (var (scene, from, to) in windows)
        {
            split.Compare(scene.Weights, [.. calls.Where(call => call.Begun >= from && call.Answered <= to)], $"seed {seed}, {scene.Json}");
        }

        split.CompareAll();
        var took = TimeSpan.FromSeconds((double)(windows[^1].To - windows[0].From) / Stopwatch.Frequency);
        output.WriteLine(
            $"{calls.Length} calls, none failed; {windows.Count} changes in {took.TotalSeconds:0.0} s, each followed; {split.Compared} calls were begun "
            + $"after a change and answered before the next, and compared with its weights; {Volatile.Read(ref _shadowed)} shadow copies");
        Assert.Equal(windows.Count, split.Windows);
        Assert.True(Volatile.Read(ref _shadowed) > 0, "No shadow copy was made.");
        Assert.DoesNotContain(calls, call => call.Backend == "shade");
        Assert.DoesNotContain("fail:", _router!.Error, StringComparison.Ordinal);
        await AssertSideIsKeptAsync();
    }

    private async Task StartSystemAsync(StormScene first)
    {
        await SaveAsync(first);
        _router = Brokerserve.Start(_uri, "router", "--config", ConfigPath);
        foreach (var backend in (string[])["v1", "v3", "extra"])
        {
            await System.StartWorkerAsync(backend, worker => worker.Handle<int, int>(number => number));
        }

        await System.StartWorkerAsync("v2", worker => worker.HandleBatch<int, int>((batch, _) => batch));
        await System.StartWorkerAsync("shade", worker => worker.Handle<int, int>(number =>
        {
            Interlocked.Increment(ref _shadowed);
            return number;
        }));
    }

    // A change is written when its time has come, the one before is in force, and some calls were begun and answered since: between the two,
    // all calls are split by the one before. Where the machine is too busy for that, changes come later, and none goes unseen.
    private async Task<List<(StormScene Scene, long From, long To)>> ChangeAsync(StormLoad load, TimeSpan duration, Random random)
    {
        var windows = new List<(StormScene Scene, long From, long To)>();
        using var period = new PeriodicTimer(Period);
        var since = Stopwatch.GetTimestamp();
        for (var number = 1; Stopwatch.GetElapsedTime(since) < duration; number++)
        {
            var scene = StormScene.Draw(System.Prefix, number, random);
            var said = _router!.SaysAsync(scene.Mark);
            await SaveAsync(scene);
            long from;
            try
            {
                from = await said.WaitAsync(ServingSystem.Patience);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"Change {number} was not in force within {ServingSystem.Patience}. The router says:\n{_router.Error[^4_000..]}");
            }

            await load.AnsweredAsync(CallsForEach, from).WaitAsync(ServingSystem.Patience);
            await period.WaitForNextTickAsync();
            windows.Add((scene, from, Stopwatch.GetTimestamp()));
        }

        return windows;
    }

    // Served and forgotten many times: after the last time nobody consumes it, and only a command would have deleted its queue.
    private async Task AssertSideIsKeptAsync()
    {
        var queue = new ObjectNames(System.Prefix).EndpointQueue("side");
        var last = StormScene.Draw(System.Prefix, 1_000_002, new Random(1)); // Without the endpoint.
        var said = _router!.SaysAsync(last.Mark);
        await SaveAsync(last);
        await said.WaitAsync(ServingSystem.Patience);
        await using var connection = await System.OpenBroker().ConnectAsync("test", default);
        await Until(
            async () => await connection.InspectQueueAsync(queue, default) is { Consumers: 0 },
            "nobody consumes the endpoint that is named no more, and its queue is there");
    }

    // As editors do: never half a file under the name.
    private async Task SaveAsync(StormScene scene)
    {
        await File.WriteAllTextAsync(ConfigPath + ".new", scene.Json);
        File.Move(ConfigPath + ".new", ConfigPath, overwrite: true);
    }
}
