using System.Diagnostics;
using System.Globalization;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>The broker dies under a control log that two authors change a thousand times a minute.</summary>
public sealed class ControlBrokerSpecs(ITestOutputHelper output) : EndToEndSpecs
{
    /// <summary>A node takes ten seconds to come back on an idle machine, and several times that on one that builds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<Brokerserve> _routers = [];
    private TestBroker.TestBroker? _broker;

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        _broker = await TestBroker.TestBroker.StartPrivateAsync();
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = _broker.Uri });
    }

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var router in _routers)
        {
            await router.DisposeAsync();
        }

        await _broker!.DisposeAsync();
    }

    [Fact]
    public async Task A_broker_and_all_routers_that_are_killed_lose_no_change_and_all_end_with_the_same()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var storm = new LogStorm(System.OpenBroker, System.Prefix, seed, Patience);
        await storm.BeginAsync();
        _routers.AddRange([FollowingProcess.Start(_broker!.Uri, System.Prefix), FollowingProcess.Start(_broker.Uri, System.Prefix)]);
        await Until(() => _routers.All(router => FollowingProcess.Versions(router).Any()), "the routers have read the log");
        foreach (var backend in (string[])["v1", "v2", "v3"])
        {
            await System.StartWorkerAsync(backend, worker => worker.Handle<int, int>(number => number));
        }

        var client = await System.StartClientAsync(options => options.DefaultTimeout = Patience);
        await client.InvokeRawAsync("greet", new byte[] { 7 }).AsTask().WaitAsync(Patience); // All have found each other.
        var load = new StormLoad(client, callers: 16, TimeSpan.FromMilliseconds(16), "unavailable", "outcome_unknown");

        var storming = storm.RunAsync(TimeSpan.FromSeconds(6));
        await Until(() => storm.Changes.Count >= 10, "some changes count");
        await _broker.KillAsync();
        _routers[0].Kill(); // All of them at once: one with the broker, one that finds it back.
        await _broker.StartAsync();
        _routers[1].Kill();
        _routers.AddRange([FollowingProcess.Start(_broker.Uri, System.Prefix), FollowingProcess.Start(_broker.Uri, System.Prefix)]);
        await storming.WaitAsync(Patience);
        var back = Stopwatch.GetTimestamp();
        await Until(() => load.NewestAnswered > back || load.HasFailed, "calls are answered again");
        var calls = await load.StopAsync(); // Throws what any call has thrown that a broker's death does not excuse.

        var state = await storm.CompareWithHistoryAsync();
        await Until(
            () => _routers.Skip(2).All(router => FollowingProcess.Has(router, state)),
            $"the new routers have version {state.Version}. They said: {string.Concat(_routers.Skip(2).Select(router => router.Error))}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{storm.Changes.Count} changes count, {storm.Refused} were refused and decided anew; {calls.Length} calls were answered, {load.Excused} were told that nobody knows"));
    }
}
