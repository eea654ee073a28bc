using System.Diagnostics;
using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>A router's file changes ten times a second under load, over a real RabbitMQ: no call fails, and the split follows.</summary>
/// <remarks>Takes 10 s; <c>BROKERSERVE_TEST_STORM_SECONDS</c> says otherwise.</remarks>
public sealed class ConfigStormSpecs(ITestOutputHelper output) : EndToEndSpecs
{
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
        var first = StormScene.Draw(System.Prefix, 0, random);
        await StartSystemAsync(first);
        var client = await System.StartClientAsync();
        await client.InvokeRawAsync("greet", new byte[] { 7 }).AsTask().WaitAsync(ServingSystem.Patience); // All have found each other.

        var load = new StormLoad(client, callers: 16);
        var changes = await ChangeAsync(load, wanted: (int)(seconds / Period.TotalSeconds), first, random);
        var calls = await load.StopAsync(); // Throws what any call has thrown.

        var split = new StormSplit(changes, $"seed {seed}");
        split.CompareEach(calls);
        split.CompareAll();
        split.CompareCrossing(calls);
        var took = Stopwatch.GetElapsedTime(changes[1].Written, changes[^1].Ended);
        output.WriteLine(
            $"{calls.Length} calls, none failed; {changes.Count - 1} changes in {took.TotalSeconds:0.0} s, of which {split.Followed} were in force before "
            + $"the next came; {split.Compared} calls were begun and answered between the two, and compared with the weights of that change; "
            + $"{Volatile.Read(ref _shadowed)} shadow copies");
        Assert.True(Volatile.Read(ref _shadowed) > 0, "No shadow copy was made.");
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

    // Changes come by the clock, whatever the router has made of the last one. A busy machine may put one in force only when the next is written:
    // then one more is made, so that as many are followed as come in the time of the test: four builds beside it cost 371 changes for 100. A router
    // that cannot keep up never gets there.
    private async Task<List<StormChange>> ChangeAsync(StormLoad load, int wanted, StormScene first, Random random)
    {
        var changes = new List<StormChange> { new(first, Written: 0, InForce: 0, Ended: 0) };
        using var clock = new PeriodicTimer(Period);
        for (var followed = 0; followed < wanted && !load.HasFailed;)
        {
            if (changes.Count > 10 * wanted)
            {
                Assert.Fail($"Of {changes.Count - 1} changes only {followed} were in force and had calls before the next. The router:\n{_router!.Error[^4_000..]}");
            }

            var scene = StormScene.Draw(System.Prefix, changes.Count, random);
            var said = _router!.SaysAsync(scene.Mark);
            var written = Stopwatch.GetTimestamp();
            await SaveAsync(scene);
            await clock.WaitForNextTickAsync();
            var isFollowed = said.IsCompleted && load.NewestAnswered >= await said;
            changes.Add(new StormChange(scene, written, isFollowed ? await said : null, Ended: Stopwatch.GetTimestamp()));
            followed += isFollowed ? 1 : 0;
        }

        return changes;
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
