using System.Globalization;
using BrokerServe.Faults.Tests.Audit;
using BrokerServe.Faults.Tests.Network;
using BrokerServe.Faults.Tests.Parties;
using BrokerServe.Faults.Tests.Strangers;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>All faults at random under load, for as long as one likes; <c>tests/soak.sh MINUTES</c> runs it for long.</summary>
/// <remarks>
/// Takes 6 s; <c>BROKERSERVE_TEST_SOAK_MINUTES</c> says otherwise. The broker itself is killed in a long run only. The first router and the first
/// worker and the producer keep their processes, so that their heaps can be compared; what else can happen to them does.
/// </remarks>
public sealed class SoakSpecs(PrivateBroker broker, ITestOutputHelper output)
{
    private readonly List<(double At, string Who, long Bytes)> _heaps = [];
    private readonly SortedDictionary<string, int> _faults = [];

    [Fact]
    public async Task Faults_at_random_under_load_lose_nothing_hang_nothing_and_leak_nothing()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("BROKERSERVE_TEST_SOAK_MINUTES") ?? "0.1", CultureInfo.InvariantCulture);
        var rate = minutes < 1 ? 300 : 1_000;
        var seed = int.Parse(
            Environment.GetEnvironmentVariable("BROKERSERVE_TEST_SOAK_SEED") ?? Random.Shared.Next().ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}");
        await using var scene = await Scene.StartAsync(broker.Node, new SceneSettings
        {
            Routers = 3,
            Workers = 3,
            Coalesce = true,
            Limit = 64,
            Veterans = true,

            // When the queues of all three are deleted one after the other, a request can be in each of them: that is three replicas lost with it.
            // And when the broker comes back, producers may be there seconds before workers are.
            Backend = new Dictionary<string, object> { ["MaxAttempts"] = 10, ["MaxQueuedQueries"] = 40_000 },
        });
        scene.Begin();
        if (minutes >= 1)
        {
            await BeginWithTheWorstAsync(scene, rate);
        }

        var since = Evidence.Now;
        var until = since + (minutes * 60_000);

        await scene.LoadAsync(rate, TimeSpan.FromSeconds(1), async () =>
        {
            var random = new Random(seed);
            while (Evidence.Now < until)
            {
                await StrikeAsync(scene, random, canKillBroker: minutes >= 1);
                await MeasureAsync(scene);
                await Task.Delay(random.Next(200, 2_000));
            }
        }, TimeSpan.FromSeconds(1));

        output.WriteLine($"{minutes:0.##} minutes at {rate} calls each second. Faults: {string.Join(", ", _faults.Select(fault => $"{fault.Value} {fault.Key}"))}.");
        string[] grown = minutes < 1 ? [] : [.. CompareHeaps(since, until)];
        var ends = await scene.AuditAsync("unavailable", "outcome_unknown");
        output.WriteLine($"{ends.Values.Sum()} calls: {string.Join(", ", ends.Select(end => $"{end.Value} {end.Key}"))}; none lost, none hung, none twice.");
        Assert.True(grown.Length == 0, string.Join("; ", grown));
    }

    private async Task StrikeAsync(Scene scene, Random random, bool canKillBroker)
    {
        var any = scene.Places.ElementAt(random.Next(scene.Places.Count()));
        var mortal = scene.Routers.Skip(1).Concat(scene.Workers.Skip(1)).ElementAt(random.Next(scene.Routers.Count + scene.Workers.Count - 2));
        var (name, act) = random.Next(canKillBroker ? 42 : 41) switch
        {
            < 8 => ("kills", scene.KillAndRestartAsync(mortal)),
            < 14 => ("connections cut", CutAsync(any)),
            < 18 => ("connections that carry nothing", BlackholeAsync(any)),
            < 21 => ("slow networks", SlowAsync(any, random.Next(100, 2_000))),
            < 25 => ("suspensions", SuspendAsync(mortal, random.Next(100, 5_000))),
            < 29 => ("restarts in order", RestartAsync(scene, mortal)),
            < 32 => ("queues deleted", scene.DeleteQueuesAsync($"{scene.Prefix}.{(random.Next(2) == 0 ? "router" : "replica")}.")),
            < 35 => ("alarms", AlarmAsync(random.Next(2) == 0, random.Next(100, 2_000))),
            < 37 => ("logins refused", RefuseAsync(any, random.Next(100, 2_000))),
            < 39 => ("producers that vanish", VanishAsync(scene)),
            < 41 => ("showers of garbage", StrangeBytes.ShowerAsync(scene, random)),
            _ => ("broker kills", KillBrokerAsync()),
        };
        _faults[name] = _faults.GetValueOrDefault(name) + 1;
        await act;
    }

    private static Task CutAsync(Place place)
    {
        place.Proxy.Cut();
        return Task.CompletedTask;
    }

    private static Task BlackholeAsync(Place place)
    {
        place.Proxy.Blackhole();
        return Task.CompletedTask;
    }

    private static async Task SuspendAsync(Place place, int ms)
    {
        place.Party.Freeze();
        await Task.Delay(ms);
        place.Party.Thaw();
    }

    private static async Task RestartAsync(Scene scene, Place place)
    {
        await place.Party.EndAsync();
        await scene.RestartAsync(place);
    }

    private async Task AlarmAsync(bool ofMemory, int ms)
    {
        await broker.Node.EvaluateAsync(ofMemory ? BrokerTrouble.MemoryAlarm : BrokerTrouble.DiskAlarm);
        await Task.Delay(ms);
        await broker.Node.EvaluateAsync(ofMemory ? BrokerTrouble.MemoryEnough : BrokerTrouble.DiskEnough);
    }

    private static async Task SlowAsync(Place place, int ms)
    {
        place.Proxy.Weather[true] = place.Proxy.Weather[false] = new Weather(TimeSpan.FromMilliseconds(5));
        await Task.Delay(ms);
        place.Proxy.Weather[true] = place.Proxy.Weather[false] = Weather.Fair;
    }

    private async Task RefuseAsync(Place place, int ms)
    {
        await broker.Node.EvaluateAsync(BrokerTrouble.Password("another"));
        place.Proxy.Cut();
        await Task.Delay(ms);
        await broker.Node.EvaluateAsync(BrokerTrouble.Password("guest"));
    }

    // Its calls run, and their answers find nobody.
    private static async Task VanishAsync(Scene scene)
    {
        await using var producer = await StrangeProducer.StartAsync(scene);
        for (var n = 0; n < 20; n++)
        {
            await producer.CallAsync(Scene.Endpoint, body: "some"u8.ToArray());
        }
    }

    private async Task KillBrokerAsync(TimeSpan away = default)
    {
        await broker.Node.KillAsync();
        await Task.Delay(away);
        await broker.RestartAsync();
    }

    // Pools keep what the worst moment needed: it comes first, and all of it to the router that is measured, or its first third would not know of it.
    private async Task BeginWithTheWorstAsync(Scene scene, int rate)
    {
        foreach (var other in scene.Routers.Skip(1))
        {
            await other.Party.EndAsync();
        }

        await scene.LoadAsync(rate, TimeSpan.FromSeconds(1), () => KillBrokerAsync(TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1));
        foreach (var other in scene.Routers.Skip(1))
        {
            await scene.RestartAsync(other);
        }
    }

    // Every 10 s, and the router with a new connection: RabbitMQ.Client keeps the queue in which it held the most deliveries at once, 128 bytes
    // for each, for as long as the channel lives.
    private async Task MeasureAsync(Scene scene)
    {
        if (_heaps.Count > 0 && Evidence.Now < _heaps[^1].At + 10_000)
        {
            return;
        }

        await RenewConnectionsAsync(scene.Routers[0]);
        foreach (var place in (Place[])[scene.Routers[0], scene.Workers[0], scene.Producer])
        {
            _heaps.Add((Evidence.Now, place.Name, long.Parse(await place.Party.AskAsync("heap"), CultureInfo.InvariantCulture)));
        }
    }

    private static async Task RenewConnectionsAsync(Place router)
    {
        router.Proxy.IsClosed = true;
        router.Proxy.Cut();
        await UntilHealthAsync(router, isHealthy: false);
        router.Proxy.IsClosed = false;
        await UntilHealthAsync(router, isHealthy: true);
    }

    private static Task UntilHealthAsync(Place router, bool isHealthy) => Patience.UntilAsync(
        async () => await router.Party.AskAsync("health") == "Healthy" == isHealthy, () => $"{router.Name} is {(isHealthy ? "" : "not ")}healthy");

    // The median of each third: a collection in the middle of a storm sees what waits then, and that is no leak.
    private IEnumerable<string> CompareHeaps(double since, double until)
    {
        foreach (var heaps in _heaps.GroupBy(heap => heap.Who))
        {
            var first = Median(heaps.Where(heap => heap.At < since + ((until - since) / 3)).Select(heap => heap.Bytes));
            var last = Median(heaps.Where(heap => heap.At >= until - ((until - since) / 3)).Select(heap => heap.Bytes));
            output.WriteLine($"{heaps.Key}: heap after collection {first:N0} bytes in the first third, {last:N0} in the last ({(double)last / first:0.00})");
            if (last > 1.1 * first)
            {
                yield return $"the heap of {heaps.Key} grew from {first:N0} to {last:N0} bytes";
            }
        }
    }

    private static long Median(IEnumerable<long> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
