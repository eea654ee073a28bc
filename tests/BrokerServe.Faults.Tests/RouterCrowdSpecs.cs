using BrokerServe.Faults.Tests.Network;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Fault 19: routers that come and go at one endpoint and one backend. The auditor counts at the workers that no limit is passed.</summary>
public sealed class RouterCrowdSpecs(PrivateBroker broker)
{
    private const int Rate = 300;

    [Fact]
    public Task Routers_that_come_and_go_pass_no_workers_limit_and_leave_no_router_without_a_share() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, TimeSpan.FromSeconds(0.5), async () =>
        {
            await using var third = await scene.InviteAsync("router");
            await AllAnswerAsync(third.Proxy.Log!);
            await scene.KillAndRestartAsync(scene.Routers[0]);
            await AllAnswerAsync(third.Proxy.Log!);
            await third.Party.EndAsync();
            await AllAnswerAsync();
        }, TimeSpan.FromSeconds(0.5));

        await scene.AuditAsync();

        // From now on.
        async Task AllAnswerAsync(params WireLog[] others)
        {
            WireLog[] logs = [.. scene.Routers.Select(router => router.Proxy.Log!), .. others];
            var before = logs.Select(log => log.Answered.Count).ToArray();
            await Patience.UntilAsync(
                () => logs.Zip(before).All(log => log.First.Answered.Count > log.Second + 20),
                () => $"each of {logs.Length} routers answers calls; they answered {string.Join(", ", logs.Zip(before).Select(log => log.First.Answered.Count - log.Second))}");
        }
    });
}
