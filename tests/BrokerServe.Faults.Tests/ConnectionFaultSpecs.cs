using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 5 and 6: connections that are cut, one side of a party or all of them, and such that live and carry nothing.</summary>
public sealed class ConnectionFaultSpecs(PrivateBroker broker)
{
    private const int Rate = 300;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public Task Connections_of_routers_and_workers_that_are_cut_lose_no_call() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            foreach (var (router, name) in ((int, string)[])[(0, "consume"), (0, "publish"), (1, "publish"), (1, "consume")])
            {
                Assert.Equal(1, scene.Routers[router].Proxy.Cut(name));
                await Task.Delay(Second / 2);
            }

            Assert.NotEqual(0, scene.Workers[0].Proxy.Cut());
            await Task.Delay(Second / 2);
            Assert.NotEqual(0, scene.Workers[1].Proxy.Cut());
        }, Second / 2);

        await scene.AuditAsync();
    });

    [Fact]
    public Task A_producer_whose_connections_are_cut_hears_of_each_call_and_goes_on() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            Assert.Equal(1, scene.Producer.Proxy.Cut("publish"));
            await Task.Delay(Second);
            Assert.Equal(1, scene.Producer.Proxy.Cut("replies"));
        }, Second);

        var ends = await scene.AuditAsync("unavailable", "outcome_unknown");
        Assert.True(ends["ok"] > Rate, $"only {ends["ok"]} calls were answered");
    });

    // Both at once, for it is heartbeats that are waited for: a router that hears and says nothing, and a worker that hears nothing.
    [Fact]
    public Task Connections_that_live_and_carry_nothing_are_given_up_and_lose_no_call() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate / 3, Second / 2, () =>
        {
            scene.Routers[0].Proxy.Blackhole();
            scene.Workers[0].Proxy.Blackhole(toBroker: false);
            return Task.CompletedTask;
        }, Second);

        await scene.AuditAsync();
    });

    [Fact]
    public Task A_slow_network_delays_calls_and_loses_none() => broker.OnSceneAsync(async scene =>
    {
        var slow = new Network.Weather(TimeSpan.FromMilliseconds(5), BytesPerSecond: 50_000);

        await scene.LoadAsync(Rate / 6, Second / 2, async () =>
        {
            scene.Workers[0].Proxy.Weather[true] = slow;
            scene.Routers[0].Proxy.Weather[false] = slow;
            await Task.Delay(2 * Second);
            scene.Workers[0].Proxy.Weather[true] = Network.Weather.Fair;
            scene.Routers[0].Proxy.Weather[false] = Network.Weather.Fair;
        }, Second / 2);

        await scene.AuditAsync();
    });
}
