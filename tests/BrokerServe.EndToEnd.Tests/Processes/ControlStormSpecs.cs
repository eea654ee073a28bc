using System.Diagnostics;
using System.Globalization;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Several router processes follow a control log that two authors change a thousand times a minute, under load, over a real RabbitMQ.</summary>
/// <remarks>
/// Each takes 10 s; <c>BROKERSERVE_TEST_STORM_SECONDS</c> says otherwise. With 60 or more, which is for an idle machine, each change must be in force
/// in each router within 200 ms.
/// </remarks>
public sealed class ControlStormSpecs(ITestOutputHelper output) : EndToEndSpecs
{
    private const int Callers = 16;

    private static readonly TimeSpan CallEvery = TimeSpan.FromMilliseconds(Callers); // All of them a thousand times a second.

    private readonly List<Brokerserve> _routers = [];
    private string _uri = "";
    private int _seed;

    private static TimeSpan Time => TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("BROKERSERVE_TEST_STORM_SECONDS") ?? "10", CultureInfo.InvariantCulture));

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        _uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = _uri });
    }

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var router in _routers)
        {
            await router.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_authors_at_once_fail_no_call_lose_no_change_and_all_routers_end_with_the_same()
    {
        var (storm, load) = await BeginAsync(routers: 3);
        await storm.RunAsync(Time);
        var calls = await load.StopAsync(); // Throws what any call has thrown.
        var weights = await CompareAsync(storm);
        var split = CompareSplit(storm, weights, calls);
        output.WriteLine(
            $"{calls.Length} calls, none failed; {storm.Changes.Count} changes count, {storm.Refused} were refused and decided anew; {split.Followed} of "
            + $"{weights.Count - 1} splits had calls between their coming into force and the next, and {split.Compared} calls were compared with them");
        Assert.True(split.Followed > 0, "No split had calls of its own.");
        CheckDelays(storm);
    }

    [Fact]
    public async Task Routers_that_are_killed_at_random_meanwhile_change_nothing_of_that()
    {
        var (storm, load) = await BeginAsync(routers: 3);
        var random = new Random(7);
        var storming = storm.RunAsync(Time);
        var kills = 0;
        while (!storming.IsCompleted)
        {
            await Task.WhenAny(storming, Task.Delay(TimeSpan.FromSeconds(2 + random.NextDouble())));
            var victim = random.Next(_routers.Count);
            _routers[victim].Kill();
            await _routers[victim].DisposeAsync();
            _routers[victim] = StartRouter();
            kills++;
            await IsReadyAsync(_routers[victim]); // One is always there to take over.
        }

        await storming;
        var calls = await load.StopAsync();
        await CompareAsync(storm);
        output.WriteLine($"{kills} kills; {calls.Length} calls, none failed; {storm.Changes.Count} changes count, {storm.Refused} were refused and decided anew");
    }

    private async Task<(LogStorm Storm, StormLoad Load)> BeginAsync(int routers)
    {
        _seed = Random.Shared.Next();
        output.WriteLine($"seed {_seed}");
        var storm = new LogStorm(System.OpenBroker, System.Prefix, _seed);
        await storm.BeginAsync();
        for (var n = 0; n < routers; n++)
        {
            _routers.Add(StartRouter());
        }

        foreach (var backend in (string[])["v1", "v2", "v3", "shade"])
        {
            await System.StartWorkerAsync(backend, worker =>
            {
                worker.Replicas = 2;
                worker.Handle<int, int>(number => number);
            });
        }

        foreach (var router in _routers)
        {
            await IsReadyAsync(router);
        }

        var client = await System.StartClientAsync();
        await client.InvokeRawAsync("greet", new byte[] { 7 }).AsTask().WaitAsync(ServingSystem.Patience); // All have found each other.
        return (storm, new StormLoad(client, Callers, CallEvery));
    }

    private Brokerserve StartRouter() => FollowingProcess.Start(_uri, System.Prefix);

    private static Task IsReadyAsync(Brokerserve router) =>
        Until(() => router.Error.Contains("Consuming endpoint greet", StringComparison.Ordinal), $"a router consumes. It said: {router.Error}");

    /// <summary>What the authors were told is what the log has, and every router has come to the same version and hash.</summary>
    /// <returns>The weights, each with the version that brought them.</returns>
    private async Task<IReadOnlyList<(long Version, IReadOnlyDictionary<string, double> Weights)>> CompareAsync(LogStorm storm)
    {
        var splits = new List<(long Version, IReadOnlyDictionary<string, double> Weights)>();
        var state = await storm.CompareWithHistoryAsync((version, weights) =>
        {
            if (splits.Count == 0 || !splits[^1].Weights.OrderBy(share => share.Key).SequenceEqual(weights!.OrderBy(share => share.Key)))
            {
                splits.Add((version, weights!));
            }
        });
        foreach (var router in _routers)
        {
            await Until(() => FollowingProcess.Has(router, state), $"a router has version {state.Version}. It said: {router.Error}");
            Assert.DoesNotContain("fail:", router.Error, StringComparison.Ordinal);
        }

        return splits;
    }

    /// <summary>Who answered is as the weights say: for each split, the calls between its being in force in all routers and the next one's being begun.</summary>
    private StormSplit CompareSplit(LogStorm storm, IReadOnlyList<(long Version, IReadOnlyDictionary<string, double> Weights)> splits, StormLoad.Call[] calls)
    {
        var versions = _routers.Select(router => FollowingProcess.Versions(router).ToArray()).ToArray();
        var changes = splits.Select((split, index) =>
        {
            var inForce = versions.Max(rows => rows.First(row => row.Version >= split.Version).At); // One that read several at once names the last.
            var ended = index + 1 < splits.Count ? storm.Changes[splits[index + 1].Version].Begun : long.MaxValue;
            var scene = new StormScene { Mark = "", Json = $"version {split.Version}", Weights = split.Weights };
            return new StormChange(scene, inForce, calls.Any(call => call.Begun >= inForce && call.Answered <= ended) ? inForce : null, ended);
        });
        var split = new StormSplit([.. changes], $"seed {_seed}");
        split.CompareEach(calls);
        split.CompareAll();
        return split;
    }

    /// <summary>How long after its author knew of it each change was in force in each router, as the routers' logs came to this process.</summary>
    private void CheckDelays(LogStorm storm)
    {
        var delays = _routers.SelectMany(FollowingProcess.Versions)
            .Where(row => storm.Changes.ContainsKey(row.Version))
            .Select(row => Stopwatch.GetElapsedTime(storm.Changes[row.Version].At, row.At).TotalMilliseconds)
            .Order()
            .ToArray();
        Assert.NotEmpty(delays);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"in force after its author knew: median {delays[delays.Length / 2]:0.0} ms, 99 % {delays[delays.Length * 99 / 100]:0.0} ms, at most {delays[^1]:0.0} ms ({delays.Length} times)"));
        Assert.True(Time.TotalSeconds < 60 || delays[^1] <= 200, $"a change was in force after {delays[^1]:0} ms");
    }
}
