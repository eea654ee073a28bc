using BrokerServe.Client.Tests.Harness;

namespace BrokerServe.Client.Tests;

/// <summary>Callers who give up.</summary>
public sealed class CancellationSpecs
{
    [Fact(DisplayName = "Semantics 17: Cancellation: a producer that gives up can say so, to all routers")]
    public async Task A_call_that_is_given_up_ends_at_once_and_the_routers_are_told()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        using var giveUp = new CancellationTokenSource();

        var call = harness.Calls("", cancellationToken: giveUp.Token);
        var request = await router.ReceivesAsync();
        await giveUp.CancelAsync();

        var cancelled = await Within.ReasonAsync(
            Assert.ThrowsAnyAsync<OperationCanceledException>(() => call), "the call that was given up ended");
        Assert.Equal(giveUp.Token, cancelled.CancellationToken);
        var cancel = await router.ReceivesCancelAsync();
        Assert.Equal(request.Properties.CorrelationId, cancel.Properties.CorrelationId);
        Assert.Equal(request.Properties.ReplyTo, cancel.Properties.ReplyTo);
        Assert.True(request.Properties.Headers!.TryGetInteger("bs-deadline", out var deadline));
        Assert.Equal([new("bs-deadline", deadline)], cancel.Properties.Headers!); // So long routers keep it in mind, when it comes first.
        Assert.Empty(cancel.Body);
    }

    [Fact]
    public async Task A_call_that_is_given_up_before_it_was_sent_is_never_sent()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.IsBlocked = true;
        using var giveUp = new CancellationTokenSource();

        var call = harness.Calls("given up", cancellationToken: giveUp.Token);
        await giveUp.CancelAsync();
        await Within.ReasonAsync(Assert.ThrowsAnyAsync<OperationCanceledException>(() => call), "the call that was given up ended");
        harness.Broker.IsBlocked = false;
        var next = harness.Calls("next");
        harness.Pass(TimeSpan.FromMilliseconds(20));

        var request = await router.ReceivesAsync();
        Assert.Equal("next", request.Text);
        Assert.False(router.HasCancels);
        await router.RepliesAsync(request, "");
        await next;
    }

    [Fact]
    public async Task A_call_whose_token_has_fired_already_is_not_made()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.Calls("", cancellationToken: new CancellationToken(true)));

        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task A_reply_to_a_call_that_was_given_up_is_dropped_and_counted()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        using var giveUp = new CancellationTokenSource();

        var call = harness.Calls("", cancellationToken: giveUp.Token);
        var request = await router.ReceivesAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await router.RepliesAsync(request, "too late");

        await Within.UntilAsync(() => harness.Counted("brokerserve.client.replies.dropped", "late") == 1, "the late reply was counted");
        Assert.Equal(1, harness.Counted("brokerserve.client.calls", "cancelled"));
    }
}
