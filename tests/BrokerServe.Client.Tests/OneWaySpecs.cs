using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Tests;

/// <summary>Requests that nobody replies to.</summary>
public sealed class OneWaySpecs
{
    [Fact]
    public async Task A_one_way_request_has_no_reply_queue_and_no_deadline_unless_its_sender_says_one()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        await harness.Client.SendAsync("greet", "hello");
        var plain = await router.ReceivesAsync();
        await harness.Client.SendRawAsync("greet", default, new InvokeOptions { Timeout = TimeSpan.FromSeconds(7) });
        var limited = await router.ReceivesAsync();

        Assert.Null(plain.Properties.ReplyTo);
        Assert.Null(plain.Properties.ExpirationMs);
        Assert.False(plain.Properties.Headers?.TryGet(HeaderNames.Deadline, out var _) ?? false);
        Assert.True(plain.Properties.Persistent);
        Assert.Equal(7_000, limited.Properties.ExpirationMs);
        Assert.True(limited.Properties.Headers!.TryGetInteger(HeaderNames.Deadline, out var _));
    }

    [Fact]
    public async Task A_one_way_request_ends_when_the_broker_has_confirmed_it()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.HoldsConfirms = true;

        var held = harness.Client.SendRawAsync("greet", default).AsTask();
        await router.ReceivesAsync();
        Assert.False(held.IsCompleted);

        // The next confirm is for everything up to it, or for the next one alone; the first is answered by its deadline at the latest.
        harness.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(ReplyStatus.DeadlineExceeded, (await ClientHarness.FailsAsync(held)).Status);

        harness.Broker.HoldsConfirms = false;
        await Within.ReasonAsync(harness.Client.SendRawAsync("greet", default).AsTask(), "the confirmed request ended");
    }

    [Fact]
    public async Task An_at_most_once_one_way_request_ends_when_the_connection_has_taken_it()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.HoldsConfirms = true;

        await Within.ReasonAsync(
            harness.Client.SendRawAsync("greet", default, new InvokeOptions { Delivery = DeliveryGuarantee.AtMostOnce }).AsTask(),
            "the request ended without a confirm");

        Assert.False((await router.ReceivesAsync()).Properties.Persistent);
    }

    [Fact]
    public async Task A_refused_one_way_request_is_overloaded()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.Refuses = true;

        Assert.Equal(
            ReplyStatus.Overloaded, (await ClientHarness.FailsAsync(harness.Client.SendRawAsync("greet", default).AsTask())).Status);
    }

    [Fact]
    public async Task A_one_way_request_outlives_the_reply_queue()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.HoldsConfirms = true;

        var send = harness.Client.SendRawAsync("greet", default).AsTask();
        await router.ReceivesAsync();
        harness.Broker.Cut("replies");
        await Within.UntilAsync(() => harness.Broker.Attempts == 3 && harness.Client.IsReady, "the client came back");

        Assert.False(send.IsCompleted);
    }

    [Fact]
    public async Task An_unconfirmed_one_way_request_is_outcome_unknown_when_its_connection_is_lost()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.HoldsConfirms = true;

        var send = harness.Client.SendRawAsync("greet", default).AsTask();
        await router.ReceivesAsync();
        harness.Broker.Cut("publish");

        Assert.Equal(ReplyStatus.OutcomeUnknown, (await ClientHarness.FailsAsync(send)).Status);
    }
}
