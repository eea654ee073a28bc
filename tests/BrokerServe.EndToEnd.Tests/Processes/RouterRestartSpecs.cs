using BrokerServe.Client;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>A router process that is killed, and another in its place.</summary>
public sealed class RouterRestartSpecs : RealProcessSpecs
{
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"brokerserve-{Guid.NewGuid():N}.json");

    protected override async ValueTask CleanUpAsync()
    {
        await base.CleanUpAsync();
        File.Delete(_config);
    }

    [Fact(DisplayName = "Semantics 13: After a router restart: routing state is pulled back, workers re-announce, waiting and in-flight requests are redelivered by the broker.")]
    public async Task After_a_router_restart_routing_is_as_it_was_last_and_what_waited_and_was_in_flight_is_served()
    {
        await TrafficGoesToAsync("v1");
        var first = Run("router", "--config", _config);
        var hold = new TaskCompletionSource();
        var runs = 0;
        await System.StartWorkerAsync("v1", worker => worker.HandleRaw(query => query.Echo()));
        await System.StartWorkerAsync("v2", worker =>
        {
            worker.MaxConcurrentQueries = 1;
            worker.HandleRaw(async (query, _) =>
            {
                if (query.Payload.Span.SequenceEqual("hold"u8))
                {
                    Interlocked.Increment(ref runs);
                    await hold.Task;
                }

                return query.Echo();
            });
        });
        var client = await System.StartClientAsync();
        Assert.Equal("v1", (await CallAsync(client, "before")).Backend);

        // Changed while it runs: what counts after the restart is what counted last.
        await TrafficGoesToAsync("v2");
        await Until(async () => (await CallAsync(client, "change")).Backend == "v2", "the router followed its file");
        var inFlight = CallAsync(client, "hold");
        await Until(() => Volatile.Read(ref runs) == 1, "the first call is at the replica");
        var waiting = CallAsync(client, "waits");

        first.Kill();
        Run("router", "--config", _config);
        hold.SetResult();

        Assert.Equal(("v2", "v2"), ((await inFlight).Backend, (await waiting).Backend));
        Assert.Equal(2, Volatile.Read(ref runs));
        Assert.Equal("v2", (await CallAsync(client, "after")).Backend);
    }

    private Task TrafficGoesToAsync(string backend) => File.WriteAllTextAsync(_config, $$"""
        { "BrokerServe": { "Prefix": "{{System.Prefix}}",
            "Endpoints": { "greet": { "Traffic": { "{{backend}}": 1 } } }, "Backends": { "v1": {}, "v2": {} } } }
        """);

    private static async Task<RawReply> CallAsync(IBrokerServeClient client, string payload) => await client
        .InvokeRawAsync("greet", global::System.Text.Encoding.UTF8.GetBytes(payload), new InvokeOptions { Timeout = ServingSystem.Patience * 2 })
        .AsTask().WaitAsync(ServingSystem.Patience * 2);
}
