using System.Net;
using Xunit;

namespace BrokerServe.Faults.Tests;

/// <summary>Faults 4, 7 and 15, and what operators do: a broker that dies, has no memory or disk left, loses queues, refuses the login.</summary>
public sealed class BrokerFaultSpecs(PrivateBroker broker)
{
    private const int Rate = 200;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public Task A_broker_that_is_killed_and_started_is_found_again_and_each_call_ends() => broker.OnSceneAsync(async scene =>
    {
        var back = 0.0;
        await scene.LoadAsync(Rate, Second, async () =>
        {
            await broker.Node.KillAsync();
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "unreachable");
            await broker.RestartAsync();
            back = Audit.Evidence.Now;
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.OK, "healthy");
            await scene.UntilHealthAsync(scene.Routers[1], HttpStatusCode.OK, "healthy");
        }, 3 * Second);

        var ends = await scene.AuditAsync("unavailable", "outcome_unknown");
        Assert.True(ends["ok"] > Rate, $"only {ends["ok"]} calls were answered");
        Assert.True(scene.ReadEvidence().OutstandingAt(back + 15_000) <= 0.02 * Rate * 15, "15 s after the broker was back calls were outstanding");
    });

    [Theory]
    [InlineData("vm_memory_monitor:set_vm_memory_high_watermark(0.0001).", "vm_memory_monitor:set_vm_memory_high_watermark(0.4).")]
    [InlineData("rabbit_disk_monitor:set_disk_free_limit(1000000000000000).", "rabbit_disk_monitor:set_disk_free_limit(50000000).")]
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
        await scene.LoadAsync(Rate, Second / 2, () => scene.DeleteQueuesAsync($"{scene.Prefix}.{kind}"), Second);

        await scene.AuditAsync([.. allowed, .. kind == "reply." ? (string[])["outcome_unknown", "unavailable"] : []]);
    });

    [Fact]
    public Task A_login_that_is_refused_is_named_and_tried_again() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            await ChangePasswordAsync("another");
            CutAll(scene);
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "refused");
            await ChangePasswordAsync("guest");
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.OK, "healthy");
        }, Second);

        await scene.AuditAsync("unavailable", "outcome_unknown");
    });

    [Fact]
    public Task Permissions_that_are_revoked_and_granted_again_leave_each_call_with_an_end() => broker.OnSceneAsync(async scene =>
    {
        await scene.LoadAsync(Rate, Second / 2, async () =>
        {
            await PermitAsync("^$");
            CutAll(scene);
            await scene.UntilHealthAsync(scene.Routers[0], HttpStatusCode.ServiceUnavailable, "refused");
            await PermitAsync(".*");
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

    private Task ChangePasswordAsync(string password) =>
        broker.Node.EvaluateAsync($"rabbit_auth_backend_internal:change_password(<<\"guest\">>, <<\"{password}\">>, <<\"test\">>).");

    private Task PermitAsync(string what) => broker.Node.EvaluateAsync(
        $"rabbit_auth_backend_internal:set_permissions(<<\"guest\">>, <<\"/\">>, <<\"{what}\">>, <<\"{what}\">>, <<\"{what}\">>, <<\"test\">>).");
}
