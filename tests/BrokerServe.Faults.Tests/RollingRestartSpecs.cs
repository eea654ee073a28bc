using BrokerServe.Faults.Tests.Parties;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Fault 20: routers and workers are stopped in order and replaced, one after the other, under load.</summary>
public sealed class RollingRestartSpecs(PrivateBroker broker)
{
    private const int Rate = 300;
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(0.5);

    [Fact]
    public Task A_rolling_restart_of_routers_and_workers_fails_no_call() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Half, async () =>
        {
            foreach (var place in scene.Routers.Concat(scene.Workers))
            {
                await ReplaceAsync(scene, place);
            }
        }, Half);

        Assert.Equal(["ok"], (await scene.AuditAsync()).Keys);
    });

    /// <summary>Version 1 is the first, so who comes is of the version after this one. It writes all that PROTOCOL.md lets later versions write.</summary>
    [Fact]
    public async Task A_rolling_restart_to_the_next_version_of_the_protocol_and_back_fails_no_call()
    {
        await using var scene = await Scene.StartAsync(broker.Node, new SceneSettings { Coalesce = true });
        scene.Begin();
        await scene.LoadAsync(Rate, Half, async () =>
        {
            // Half of each kind only: then both versions meet in every pair, and going back is the other half of going on.
            Place[] next = [scene.Routers[0], scene.Workers[0]];
            foreach (var ofTomorrow in (bool[])[true, false])
            {
                foreach (var place in next)
                {
                    await ReplaceAsync(scene, place, () => place.Proxy.IsOfTomorrow = ofTomorrow);
                }

                scene.Producer.Proxy.IsOfTomorrow = ofTomorrow;
                var mark = scene.Mark();
                await Patience.UntilAsync(() => scene.ReadEvidence(mark).Ends.Count > Rate, () => "calls are answered");
            }
        }, Half);

        Assert.Equal(["ok"], (await scene.AuditAsync()).Keys);
        Assert.All((Place[])[scene.Routers[0], scene.Workers[0], scene.Producer], place => Assert.NotEqual(0, place.Proxy.OfTomorrow));
    }

    // As who rolls out does: the next one when this one serves.
    private static async Task ReplaceAsync(Scene scene, Place place, Action? between = null)
    {
        await place.Party.EndAsync();
        Assert.Equal(0, place.Party.ExitCode);
        between?.Invoke();
        var mark = scene.Mark();
        await scene.RestartAsync(place);
        if (scene.Routers.Contains(place))
        {
            await scene.UntilHealthAsync(place, System.Net.HttpStatusCode.OK, "healthy");
        }
        else
        {
            await Patience.UntilAsync(
                () => scene.ReadEvidence(mark).Ran.SelectMany(runs => runs).Select(run => run.Replica).Distinct().Count() == scene.Workers.Count, () => "each worker works");
        }
    }
}
