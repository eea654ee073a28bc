using System.Collections.Concurrent;
using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Tests;

/// <summary>Middleware that makes a call more than once.</summary>
public sealed class MiddlewareAttemptSpecs
{
    [Fact]
    public async Task A_call_that_is_made_again_is_a_request_of_its_own_for_the_same_work()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(Again(times: 3)));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("Ada");
        var first = await router.ReceivesAsync();
        await router.RepliesAsync(first, "", status: "overloaded");
        var second = await router.ReceivesAsync();
        await router.RepliesAsync(second, "", status: "overloaded");
        var third = await router.ReceivesAsync();
        await router.RepliesAsync(third, "at last");

        Assert.Equal("at last", ClientHarness.TextOf(await call));
        Assert.All([first, second, third], request => Assert.Equal("Ada", request.Text));
        Assert.Equal(3, new[] { first, second, third }.Select(request => request.Properties.CorrelationId).Distinct().Count());
        Assert.Single(new[] { first, second, third }.Select(request => request.Properties.MessageId).Distinct());
        Assert.Single(new[] { first, second, third }.Select(request => request.Properties.AppId).Distinct());
        Assert.Equal(1, harness.Counted("brokerserve.client.calls", "ok"));
        Assert.Equal(2, harness.Counted("brokerserve.client.calls", "overloaded"));
    }

    [Fact]
    public async Task Calls_that_are_made_again_keep_their_message_ids_apart_and_the_callers_own()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(Again(times: 2)));
        await using var _ = harness;
        await using var __ = router;

        var calls = new[] { harness.Calls("1"), harness.Calls("2"), harness.Calls("3", new InvokeOptions { MessageId = "order-7" }) };
        var requests = new List<ReceivedMessage>();
        for (var i = 0; i < 6; i++)
        {
            requests.Add(await router.ReceivesAsync());
            await router.RepliesAsync(requests[i], "", status: "no_backend");
        }

        foreach (var call in calls)
        {
            Assert.Equal(ReplyStatus.NoBackend, (await ClientHarness.FailsAsync(call)).Status);
        }

        var ids = requests.GroupBy(request => request.Text, request => request.Properties.MessageId).ToDictionary(group => group.Key, group => group.Distinct().Single());
        Assert.Equal(3, ids.Values.Distinct().Count());
        Assert.Equal("order-7", ids["3"]);
    }

    [Fact]
    public async Task Attempts_at_the_same_time_are_legal_and_the_one_that_is_given_up_says_so_to_the_routers()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(async (call, next, cancellation) =>
        {
            using var loser = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var attempts = new[] { next(call, loser.Token).AsTask(), next(call, loser.Token).AsTask() };
            var winner = await Task.WhenAny(attempts);
            await loser.CancelAsync();
            return await winner;
        }));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("Ada");
        var slow = await router.ReceivesAsync();
        await router.RepliesAsync(await router.ReceivesAsync(), "first");

        Assert.Equal("first", ClientHarness.TextOf(await call));
        Assert.Equal(slow.Properties.CorrelationId, (await router.ReceivesCancelAsync()).Properties.CorrelationId);
    }

    [Fact]
    public async Task No_number_of_attempts_makes_a_call_longer_than_its_caller_wanted()
    {
        var steps = new ConcurrentQueue<string>();
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(async (call, next, cancellation) =>
        {
            call.Options = call.Options with { Timeout = TimeSpan.FromMinutes(1) };
            while (true)
            {
                try
                {
                    return await next(call, cancellation);
                }
                catch (BrokerServeException failure) when (failure.Status == ReplyStatus.Overloaded)
                {
                    steps.Enqueue($"{call.TimeLeft.TotalSeconds:0} s left");
                }
            }
        }));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("Ada", new InvokeOptions { Timeout = TimeSpan.FromSeconds(10) });
        var first = await router.ReceivesAsync();
        harness.Time.Advance(TimeSpan.FromSeconds(9));
        await router.RepliesAsync(first, "", status: "overloaded");
        var second = await router.ReceivesAsync();
        Assert.Equal(["1 s left"], steps);
        Assert.True(second.Properties.Headers!.TryGetInteger(HeaderNames.Deadline, out var deadline));
        Assert.Equal(harness.Time.GetUtcNow().AddSeconds(1).ToUnixTimeMilliseconds(), deadline);

        harness.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(ReplyStatus.DeadlineExceeded, (await ClientHarness.FailsAsync(call)).Status);
    }

    private static Func<CallContext, CallDelegate, CancellationToken, ValueTask<RawReply>> Again(int times) => async (call, next, cancellation) =>
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await next(call, cancellation);
            }
            catch (BrokerServeException failure) when (failure.Retryable && attempt < times)
            {
            }
        }
    };
}
