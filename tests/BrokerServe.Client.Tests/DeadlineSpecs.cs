using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Tests;

/// <summary>Local deadlines: what a call ends as when its time runs out, with and without a broker.</summary>
public sealed class DeadlineSpecs
{
    private static readonly InvokeOptions FiveSeconds = new() { Timeout = TimeSpan.FromSeconds(5) };

    [Fact]
    public async Task A_call_that_was_sent_and_has_no_reply_by_its_deadline_is_deadline_exceeded()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("", FiveSeconds);
        await router.ReceivesAsync();
        harness.Time.Advance(TimeSpan.FromMilliseconds(4_999));
        Assert.False(call.IsCompleted);
        harness.Pass(TimeSpan.FromMilliseconds(1));

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.DeadlineExceeded, failure.Status);
        Assert.False(failure.Retryable);
    }

    [Fact]
    public async Task A_reply_after_the_deadline_is_dropped_and_counted()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("", FiveSeconds);
        var request = await router.ReceivesAsync();
        harness.Pass(TimeSpan.FromSeconds(5));
        await ClientHarness.FailsAsync(call);
        await router.RepliesAsync(request, "late");

        await Within.UntilAsync(() => harness.Counted("brokerserve.client.replies.dropped", "late") == 1, "the late reply was counted");
    }

    [Fact]
    public async Task A_call_that_waits_for_the_broker_until_its_deadline_is_unavailable_and_says_why()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.GoAway();
        await Within.UntilAsync(
            () => harness.Client.NotReadyReason.Contains("away", StringComparison.Ordinal), "the client saw that the broker is away");

        var call = harness.Calls("", FiveSeconds);
        harness.Pass(TimeSpan.FromSeconds(5));

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.Unavailable, failure.Status);
        Assert.True(failure.Retryable);
        Assert.Equal(Fault.Broker, failure.Fault);
        Assert.Contains("memory://test is away", failure.Message, StringComparison.Ordinal);
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task A_call_made_while_the_broker_is_away_is_sent_when_it_comes_back_with_the_time_that_is_left()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.GoAway();
        await harness.IsNotReadyAsync();

        var call = harness.Calls("patience", new InvokeOptions { Timeout = TimeSpan.FromHours(12) });
        harness.Time.Advance(TimeSpan.FromSeconds(20));
        harness.Broker.ComeBack();
        await Within.UntilAsync(
            () =>
            {
                harness.Time.Advance(TimeSpan.FromMilliseconds(100));
                return harness.Client.IsReady;
            },
            "the client came back");

        var request = await router.ReceivesAsync();
        Assert.Equal("patience", request.Text);
        Assert.InRange(request.Properties.ExpirationMs!.Value, 1, (12 * 3_600 - 20) * 1_000);
        await router.RepliesAsync(request, "served");
        Assert.Equal("served", ClientHarness.TextOf(await call));
    }

    [Fact]
    public async Task Before_any_router_has_run_a_call_is_unavailable_at_its_deadline_and_says_so()
    {
        await using var harness = ClientHarness.Create();

        var call = harness.Calls("", FiveSeconds);
        await Within.UntilAsync(() => harness.Client.NotReadyReason.Contains("no router", StringComparison.Ordinal), "the client saw that no router has run");
        harness.Pass(TimeSpan.FromSeconds(5));

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.Unavailable, failure.Status);
        Assert.Contains("no router has run yet at memory://test", failure.Message, StringComparison.Ordinal);
        Assert.Contains("brokerserve.requests", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_waits_for_the_first_router_to_run()
    {
        await using var harness = ClientHarness.Create();
        var call = harness.Calls("early");
        await Within.UntilAsync(() => harness.Client.NotReadyReason.Contains("no router", StringComparison.Ordinal), "the client saw that no router has run");

        await using var router = await ScriptedRouter.StartAsync(harness.RouterBroker, "greet");
        harness.Pass(TimeSpan.FromSeconds(1));

        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, "served");
        Assert.Equal("served", ClientHarness.TextOf(await call));
    }

    [Fact]
    public async Task While_the_broker_is_blocked_nothing_is_sent_and_calls_are_unavailable_at_their_deadlines()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.IsBlocked = true;

        var call = harness.Calls("", FiveSeconds);
        await Within.UntilAsync(() => harness.Client.NotReadyReason.Contains("alarm", StringComparison.Ordinal), "the client saw the alarm");
        harness.Pass(TimeSpan.FromSeconds(5));

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.Unavailable, failure.Status);
        Assert.Contains("alarm", failure.Message, StringComparison.Ordinal);
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task When_the_alarm_is_over_what_waited_is_sent()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.IsBlocked = true;

        var call = harness.Calls("");
        await Within.UntilAsync(() => harness.Client.NotReadyReason.Contains("alarm", StringComparison.Ordinal), "the client saw the alarm");
        harness.Broker.IsBlocked = false;
        harness.Pass(TimeSpan.FromMilliseconds(20));

        await router.RepliesAsync(await router.ReceivesAsync(), "served");
        Assert.Equal("served", ClientHarness.TextOf(await call));
    }

    [Fact]
    public async Task Calls_end_at_their_own_deadlines_whatever_the_order_they_were_made_in()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var slow = harness.Calls("slow", new InvokeOptions { Timeout = TimeSpan.FromSeconds(10) });
        var quick = harness.Calls("quick", new InvokeOptions { Timeout = TimeSpan.FromSeconds(1) });
        await router.ReceivesAsync();
        await router.ReceivesAsync();
        harness.Pass(TimeSpan.FromSeconds(1));
        await ClientHarness.FailsAsync(quick);
        Assert.False(slow.IsCompleted);
        harness.Pass(TimeSpan.FromSeconds(9));

        await ClientHarness.FailsAsync(slow);
    }
}
