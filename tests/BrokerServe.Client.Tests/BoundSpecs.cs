using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Tests;

/// <summary>How much a client takes on, and how it ends.</summary>
public sealed class BoundSpecs
{
    [Fact]
    public async Task Above_MaxPendingCalls_a_call_is_overloaded_at_once_and_says_what_to_do()
    {
        var (harness, router) = await ClientHarness.StartAsync(options => options.MaxPendingCalls = 2);
        await using var _ = harness;
        await using var __ = router;

        var first = harness.Calls("1");
        var second = harness.Calls("2");
        var failure = await ClientHarness.FailsAsync(harness.Calls("3"));

        Assert.Equal(ReplyStatus.Overloaded, failure.Status);
        Assert.Contains("2 calls are under way", failure.Message, StringComparison.Ordinal);
        Assert.Contains("MaxPendingCalls", failure.Message, StringComparison.Ordinal);
        await router.RepliesAsync(await router.ReceivesAsync(), "");
        await Within.ReasonAsync(Task.WhenAny(first, second), "one of the calls ended");
        var third = harness.Calls("3");
        await router.RepliesAsync(await router.ReceivesAsync(), "");
        await router.RepliesAsync(await router.ReceivesAsync(), "");
        await Within.ReasonAsync(Task.WhenAll(first, second, third), "the calls ended");
    }

    [Fact]
    public async Task Calls_that_timed_out_while_the_broker_is_away_make_room_for_others()
    {
        var (harness, router) = await ClientHarness.StartAsync(options => options.MaxPendingCalls = 2);
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.GoAway();
        await harness.IsNotReadyAsync();

        for (var round = 0; round < 5; round++)
        {
            Task<RawReply>[] calls = [harness.Calls("a"), harness.Calls("b")];
            Assert.Equal(ReplyStatus.Overloaded, (await ClientHarness.FailsAsync(harness.Calls("c"))).Status);
            harness.Pass(TimeSpan.FromSeconds(30));
            foreach (var call in calls)
            {
                Assert.Equal(ReplyStatus.Unavailable, (await ClientHarness.FailsAsync(call)).Status);
            }

            await Within.UntilAsync(
                () =>
                {
                    harness.Time.Advance(TimeSpan.FromMilliseconds(10));
                    return harness.Client.SlotsInUse == 0;
                },
                "the slots of the calls that timed out came back");
        }
    }

    [Fact]
    public async Task Calls_given_up_while_the_broker_is_away_make_room_for_others()
    {
        var (harness, router) = await ClientHarness.StartAsync(options => options.MaxPendingCalls = 1);
        await using var _ = harness;
        await using var __ = router;
        harness.Broker.GoAway();
        await harness.IsNotReadyAsync();

        for (var round = 0; round < 5; round++)
        {
            using var giveUp = new CancellationTokenSource();
            var call = harness.Calls("", cancellationToken: giveUp.Token);
            await giveUp.CancelAsync();
            await Within.ReasonAsync(Assert.ThrowsAnyAsync<OperationCanceledException>(() => call), "the call that was given up ended");
            await Within.UntilAsync(
                () =>
                {
                    harness.Time.Advance(TimeSpan.FromMilliseconds(10));
                    return harness.Client.SlotsInUse == 0;
                },
                "the slot of the call that was given up came back");
        }
    }

    [Fact]
    public async Task Stopping_ends_calls_as_shutting_down_those_that_were_sent_and_those_that_wait()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var sent = harness.Calls("sent");
        await router.ReceivesAsync();
        harness.Broker.IsBlocked = true;
        var waiting = harness.Calls("waiting");
        await Within.ReasonAsync(harness.Client.DisposeAsync().AsTask(), "the client ended");
        var late = harness.Calls("late");

        var failures = new[]
        {
            await ClientHarness.FailsAsync(sent), await ClientHarness.FailsAsync(waiting), await ClientHarness.FailsAsync(late),
        };
        Assert.All(failures, failure => Assert.Equal(ReplyStatus.ShuttingDown, failure.Status));
        Assert.Equal([false, true, true], failures.Select(failure => failure.Retryable));
    }

    [Fact]
    public async Task Stopping_twice_is_stopping_once()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        await Within.ReasonAsync(harness.Client.DisposeAsync().AsTask(), "the client ended");
        await Within.ReasonAsync(harness.Client.DisposeAsync().AsTask(), "the client ended again");
    }

    [Fact]
    public async Task A_client_that_never_made_a_call_never_connects_and_stops()
    {
        var harness = ClientHarness.Create();

        await harness.DisposeAsync();

        Assert.Equal(0, harness.Broker.Attempts);
    }
}
