using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Fault 20: routers and workers are stopped in order and replaced, one after the other, under load.</summary>
public sealed class RollingRestartSpecs(PrivateBroker broker)
{
    [Fact]
    public Task A_rolling_restart_of_routers_and_workers_fails_no_call() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(rate: 300, TimeSpan.FromSeconds(0.5), async () =>
        {
            foreach (var place in scene.Routers.Concat(scene.Workers))
            {
                await place.Party.EndAsync();
                Assert.Equal(0, place.Party.ExitCode);
                await scene.RestartAsync(place);

                // As who rolls out does: the next one when this one serves.
                if (scene.Routers.Contains(place))
                {
                    await scene.UntilHealthAsync(place, System.Net.HttpStatusCode.OK, "healthy");
                }
                else
                {
                    var begun = Audit.Evidence.Now;
                    await Patience.UntilAsync(
                        () => scene.ReadEvidence().Ran.SelectMany(runs => runs).Where(run => run.T > begun).Select(run => run.Replica).Distinct().Count() == scene.Workers.Count,
                        () => "both workers work");
                }
            }
        }, TimeSpan.FromSeconds(0.5));

        var ends = await scene.AuditAsync();
        Assert.Equal(["ok"], ends.Keys);
    });
}
