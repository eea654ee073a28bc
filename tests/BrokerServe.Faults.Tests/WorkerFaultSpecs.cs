using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 3 and 18: a worker that is suspended and goes on, and a request that ends every worker.</summary>
public sealed class WorkerFaultSpecs(PrivateBroker broker)
{
    private const int Rate = 200;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public Task A_worker_that_is_suspended_loses_its_queries_to_others_and_what_it_answers_later_is_dropped() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            var mark = scene.Mark();
            scene.Workers[0].Party.Freeze();
            await Patience.UntilAsync(
                () => scene.ReadEvidence(mark).Begun.SelectMany(runs => runs).Any(run => run.Attempt == 2), () => "others get what the suspended worker held");
            scene.Workers[0].Party.Thaw();
        }, Second);

        await scene.AuditAsync();
    });

    [Fact]
    public Task A_router_that_is_suspended_keeps_its_calls_waiting_until_the_broker_gives_it_up() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate / 2, Second / 2, async () =>
        {
            scene.Routers[0].Party.Freeze();
            await Task.Delay(3 * Second);
            scene.Routers[0].Party.Thaw();
        }, Second);

        await scene.AuditAsync();
    });

    // Four workers, so that there is always one more than the request has ended: who is left alone cannot be kept from others for its sake.
    [Fact]
    public async Task A_request_that_ends_every_worker_is_given_up_after_its_last_attempt_and_its_neighbours_are_served()
    {
        const long Poison = -5;
        await using var scene = await Scene.StartAsync(broker.Node, new SceneSettings { Routers = 1, Workers = 4 });
        scene.Begin();

        await scene.LoadAsync(Rate / 2, Second / 2, async () =>
        {
            await scene.Producer.Party.AskAsync($"call {Poison}");
            await Patience.UntilAsync(() => scene.ReadEvidence().Ends[Poison].Any(), () => "the request that ends workers is given up");
        }, Second / 2);

        foreach (var worker in scene.Workers.Where(worker => worker.Party.HasExited))
        {
            await scene.RestartAsync(worker);
        }

        await scene.CallUntilServedAsync(all: true);
        await scene.AuditAsync("replica_lost");
        var evidence = scene.ReadEvidence();
        Assert.Equal("replica_lost", evidence.Ends[Poison].Single().Code);
        Assert.Equal(3, evidence.Begun[Poison].Count()); // MaxAttempts.
        Assert.All(evidence.Ends.Where(ends => ends.Key != Poison), ends => Assert.Equal("ok", ends.Single().Code));
    }
}
