using System.Net;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 4, 7 and 15, and what operators do: a broker that dies, has no memory or disk left, loses queues, refuses the login.</summary>
public sealed class BrokerFaultSpecs(PrivateBroker broker)
{
    private const int Rate = 200;
    private const int LossMs = 5_000; // What lay in a queue that was deleted ends by its deadline.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public Task A_broker_that_is_killed_and_started_is_found_again_and_each_call_ends() => broker.OnSceneAsync(async scene =>
    {
        var rate = await scene.ModestRateAsync();
        var took = 0.0;
        await scene.LoadAsync(rate, Second, async () =>
        {
            await broker.Node.KillAsync();
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "unreachable");
            await broker.RestartAsync();
            took = await scene.CaughtUpAsync(Audit.Evidence.Now, rate);
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.OK, "healthy");
            await scene.UntilHealthAsync(scene.Routers[1], HttpStatusCode.OK, "healthy");
        }, Second / 2);

        var ends = await scene.AuditAsync("unavailable", "outcome_unknown");
        Assert.True(ends["ok"] > rate, $"only {ends["ok"]} calls were answered");
        Assert.True(took <= 15_000, $"completions came up with {rate} arrivals each second {took:0} ms after the broker was back");
    });

    [Theory]
    [InlineData(BrokerTrouble.MemoryAlarm, BrokerTrouble.MemoryEnough)]
    [InlineData(BrokerTrouble.DiskAlarm, BrokerTrouble.DiskEnough)]
    public Task An_alarm_of_memory_or_disk_holds_calls_up_until_their_deadline_and_goes_by_itself(string raise, string clear) => broker.OnSceneAsync(async scene =>
    {
        var id = raise.Length; // Another one for each alarm.
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            await broker.Node.EvaluateAsync(raise);
            try
            {
                await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "alarm");
                await scene.Producer.Party.AskAsync($"call {id} 500");
                await Patience.UntilAsync(() => scene.ReadEvidence().Ends[id].Any(), () => "a call of 500 ms ends during the alarm");
            }
            finally
            {
                await broker.Node.EvaluateAsync(clear);
            }

            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.OK, "healthy");
        }, Second / 2);

        await scene.AuditAsync("unavailable", "deadline_exceeded", "outcome_unknown");
        var evidence = scene.ReadEvidence();
        Assert.NotEqual("ok", evidence.Ends[id].Single().Code);
        Assert.All(evidence.Ends.Where(ends => ends.Key != id), ends => Assert.Equal("ok", ends.Single().Code));
    });

    [Theory]
    [InlineData("replica.")]
    [InlineData("router.")]
    [InlineData("reply.")]
    [InlineData("endpoint.", "endpoint_not_found", "deadline_exceeded")]
    public Task A_queue_that_is_deleted_under_its_owner_comes_back(string kind, params string[] allowed) => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, () => scene.DeleteQueuesAsync($"{scene.Prefix}.{kind}"), Second, kind == "endpoint." ? LossMs : null);

        await scene.AuditAsync([.. allowed, .. kind == "reply." ? (string[])["outcome_unknown", "unavailable"] : []]);
    });

    [Fact]
    public Task A_login_that_is_refused_is_named_and_tried_again() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            await broker.Node.EvaluateAsync(BrokerTrouble.Password("another"));
            CutAll(scene);
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "refused");
            await broker.Node.EvaluateAsync(BrokerTrouble.Password("guest"));
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.OK, "healthy");
        }, Second);

        await scene.AuditAsync("unavailable", "outcome_unknown");
    });

    [Fact]
    public Task Permissions_that_are_revoked_and_granted_again_leave_each_call_with_an_end() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            await broker.Node.EvaluateAsync(BrokerTrouble.Permission("^$"));
            CutAll(scene);
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "refused");
            await broker.Node.EvaluateAsync(BrokerTrouble.Permission(".*"));
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.OK, "healthy");
        }, Second);

        await scene.AuditAsync("unavailable", "outcome_unknown");
    });

    private static void CutAll(Scene scene)
    {
        foreach (var place in scene.Places)
        {
            place.Proxy.Cut();
        }
    }
}
