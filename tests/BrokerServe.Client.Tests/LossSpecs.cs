using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Client.Tests;

/// <summary>Lost connections: what is known of a call then, and how the client comes back.</summary>
public sealed class LossSpecs
{
    [Fact]
    public async Task A_call_whose_reply_queue_is_lost_is_outcome_unknown_at_once()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        await router.ReceivesAsync();
        harness.Broker.Cut("replies");

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.OutcomeUnknown, failure.Status);
        Assert.False(failure.Retryable);
        Assert.Equal(Fault.Broker, failure.Fault);
    }

    [Fact]
    public async Task A_call_that_was_not_confirmed_when_its_connection_was_lost_is_outcome_unknown_at_once()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.HoldsConfirms = true;

        var call = harness.Calls("");
        await router.ReceivesAsync();
        harness.Broker.Cut("publish");

        Assert.Equal(ReplyStatus.OutcomeUnknown, (await ClientHarness.FailsAsync(call)).Status);
    }

    [Fact]
    public async Task A_call_that_was_confirmed_outlives_the_connection_that_it_was_published_on()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        var request = await router.ReceivesAsync();

        // One-way requests end with their confirm, and confirms come in order: with this one the call before it is confirmed.
        await harness.Client.SendRawAsync("greet", default);
        harness.Broker.Cut("publish");
        await Within.UntilAsync(() => harness.Broker.Attempts >= 3 && harness.Client.IsReady, "the client came back");
        await router.RepliesAsync(request, "still here");

        Assert.Equal("still here", ClientHarness.TextOf(await call));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unconfirmed_at_most_once_call_is_outcome_unknown_when_its_connection_is_lost(bool coalesces)
    {
        // Without company it goes out on a channel without confirms.
        var (harness, router) = await ClientHarness.StartAsync(options => options.CoalesceRequests = coalesces);
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.HoldsConfirms = true;

        var call = harness.Calls("", new InvokeOptions { Delivery = DeliveryGuarantee.AtMostOnce });
        await router.ReceivesAsync();
        harness.Broker.Cut("publish");

        Assert.Equal(ReplyStatus.OutcomeUnknown, (await ClientHarness.FailsAsync(call)).Status);
    }

    [Fact]
    public async Task Each_life_of_the_connection_has_a_reply_queue_of_its_own_and_the_same_app_id()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var before = harness.Calls("before");
        var first = await router.ReceivesAsync();
        harness.Broker.Cut("replies");
        await ClientHarness.FailsAsync(before);
        var after = harness.Calls("after");
        var second = await router.ReceivesAsync();

        Assert.NotEqual(first.Properties.ReplyTo, second.Properties.ReplyTo);
        Assert.Equal(ScriptedRouter.Names.ClientReplyQueue($"{harness.Client.ClientId}.1"), first.Properties.ReplyTo);
        Assert.Equal(ScriptedRouter.Names.ClientReplyQueue($"{harness.Client.ClientId}.2"), second.Properties.ReplyTo);
        Assert.Equal(first.Properties.AppId, second.Properties.AppId);

        await router.RepliesAsync(second, "served");
        Assert.Equal("served", ClientHarness.TextOf(await after));
    }

    [Fact]
    public async Task The_reply_queue_is_exclusive_and_gone_with_its_client()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = router;
        var call = harness.Calls("");
        var request = await router.ReceivesAsync();
        await using var connection = await harness.RouterBroker.ConnectAsync("inspector", CancellationToken.None);
        var locked = await Assert.ThrowsAsync<BrokerException>(
            async () => await connection.InspectQueueAsync(request.Properties.ReplyTo!, CancellationToken.None));
        Assert.Equal(BrokerFault.Locked, locked.Fault);

        await Within.ReasonAsync(harness.Client.DisposeAsync().AsTask(), "the client ended");
        await ClientHarness.FailsAsync(call);

        Assert.Null(await connection.InspectQueueAsync(request.Properties.ReplyTo!, CancellationToken.None));
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_the_broker_refuses_is_overloaded()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.Refuses = true;

        var failure = await ClientHarness.FailsAsync(harness.Calls(""));

        Assert.Equal(ReplyStatus.Overloaded, failure.Status);
        Assert.True(failure.Retryable);
    }

    [Fact]
    public async Task A_request_that_reaches_no_queue_is_endpoint_not_found_at_once()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var failure = await ClientHarness.FailsAsync(harness.Client.InvokeRawAsync("nobody", default).AsTask());

        Assert.Equal(ReplyStatus.EndpointNotFound, failure.Status);
        Assert.Contains("'nobody'", failure.Message, StringComparison.Ordinal);
    }
}
