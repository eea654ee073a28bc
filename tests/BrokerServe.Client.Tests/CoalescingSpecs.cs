using System.Text;
using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Client.Tests;

/// <summary>Calls that are ready together travel in one message, and their answers may.</summary>
public sealed class CoalescingSpecs
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _reachable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Calls_that_are_ready_together_travel_in_one_message_each_with_all_that_it_would_have_alone()
    {
        await using var harness = Create(options => options.AppId = "shop");
        var call = harness.Calls("one", new InvokeOptions
        {
            Method = "shout", ShardKey = "u42", MessageId = "order-7", ContentType = "text/plain", Timeout = TenSeconds,
            Metadata = new Dictionary<string, string> { ["tenant"] = "Zoë" },
        });
        var other = harness.Calls("two", new InvokeOptions { Timeout = TenSeconds });
        await using var router = await ConnectAsync(harness);
        var (first, second) = (await router.ReceivesAsync(), await router.ReceivesAsync());

        Assert.Equal([2], router.TakeFrames());
        Assert.Equal(("one", "two"), (first.Text, second.Text));
        Assert.Equal(("shout", "order-7", "text/plain"), (first.Properties.Type, first.Properties.MessageId, first.Properties.ContentType));
        Assert.Equal("shop", first.Properties.AppId);
        Assert.Equal(10_000, first.Properties.ExpirationMs);
        Assert.True(first.Properties.Persistent);
        Assert.True(first.Properties.Headers!.TryGetText(HeaderNames.ShardKey, out var key));
        Assert.True(first.Properties.Headers!.TryGetText("meta-tenant", out var tenant));
        Assert.True(first.Properties.Headers!.TryGetInteger(HeaderNames.Deadline, out var deadline));
        Assert.Equal(("u42", "Zoë"), (key, tenant));
        Assert.Equal(harness.Time.GetUtcNow().AddSeconds(10).ToUnixTimeMilliseconds(), deadline);
        Assert.StartsWith(ScriptedRouter.Names.ClientReplyPrefix, second.Properties.ReplyTo);

        await router.RepliesAsync(second, "2");
        await router.RepliesAsync(first, "1");
        Assert.Equal(("1", "2"), (ClientHarness.TextOf(await call), ClientHarness.TextOf(await other)));
    }

    [Fact]
    public async Task Calls_travel_alone_until_an_answer_says_that_the_endpoint_takes_frames_and_again_when_one_says_that_it_does_not()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        Assert.True(await AsksAsync(says: null));
        Assert.True(await AsksAsync(says: true));
        Assert.False(await AsksAsync(says: false)); // Known, so not asked, and told all the same.
        Assert.True(await AsksAsync(says: true));
        Assert.False(await AsksAsync(says: null));
        Assert.True(harness.Client.Frames.Take("greet"));

        async Task<bool> AsksAsync(bool? says)
        {
            var call = harness.Calls("");
            var request = await router.ReceivesAsync();
            await router.RepliesAsync(request, "", headers: says is { } takes ? [new(HeaderNames.Frames, takes)] : null);
            await Within.ReasonAsync(call, "the call ended");
            return request.Properties.Headers!.TryGet(HeaderNames.Frames, out var asked) && asked.Boolean;
        }
    }

    [Fact]
    public async Task Calls_to_an_endpoint_that_takes_no_frames_travel_alone()
    {
        await using var harness = Create();
        harness.Client.Frames.Learn("greet", takes: false);
        Task[] calls = [harness.Calls(""), harness.Calls("")];
        await using var router = await ConnectAsync(harness);
        await AnswerAsync(router, await router.ReceivesAsync(), await router.ReceivesAsync());
        Assert.Empty(router.TakeFrames());
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("guarantee")]
    [InlineData("deadline")]
    [InlineData("one-way")]
    [InlineData("endpoint")]
    public async Task Calls_that_differ_in_what_a_message_has_once_travel_apart(string what)
    {
        await using var harness = Create();
        var options = new InvokeOptions { Timeout = TenSeconds };
        Task[] calls =
        [
            harness.Calls("", options),
            what switch
            {
                "priority" => harness.Calls("", options with { Priority = 1 }),
                "guarantee" => harness.Calls("", options with { Delivery = DeliveryGuarantee.AtMostOnce }),
                "deadline" => harness.Calls("", options with { Timeout = TenSeconds * 2.1 }),
                "one-way" => harness.Client.SendRawAsync("greet", default, options).AsTask(),
                _ => harness.Client.InvokeRawAsync("other", default, options).AsTask(),
            },
        ];
        await using var router = await ConnectAsync(harness);
        var (first, second) = (await router.ReceivesAsync(), await router.ReceivesAsync());
        Assert.Empty(router.TakeFrames());
        await AnswerAsync(router, first, second);
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Fact]
    public async Task Deadlines_within_a_factor_of_two_travel_together_and_the_message_lives_as_long_as_the_longest()
    {
        await using var harness = Create();
        Task[] calls =
        [
            harness.Calls("", new InvokeOptions { Timeout = TenSeconds }), harness.Calls("", new InvokeOptions { Timeout = TenSeconds * 2 }),
        ];
        await using var router = await ConnectAsync(harness);
        var (first, second) = (await router.ReceivesAsync(), await router.ReceivesAsync());
        Assert.Equal([2], router.TakeFrames());
        Assert.Equal((10_000, 20_000), (first.Properties.ExpirationMs, second.Properties.ExpirationMs));
        await AnswerAsync(router, first, second);
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Fact]
    public async Task A_message_has_at_most_64_calls()
    {
        await using var harness = Create(limits: new BrokerLimits());
        var calls = Enumerable.Range(0, 150).Select(i => harness.Calls($"{i}")).ToArray();
        await using var router = await ConnectAsync(harness);
        for (var i = 0; i < calls.Length; i++)
        {
            await AnswerAsync(router, await router.ReceivesAsync());
        }

        Assert.Equal([64, 64, 22], router.TakeFrames());
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Fact]
    public async Task What_does_not_fit_beside_others_travels_alone()
    {
        await using var harness = Create(limits: new BrokerLimits(MaxBodyBytes: 1_000));
        Task[] calls = [harness.Calls(new string('x', 900)), harness.Calls("small"), harness.Calls("small too")];
        await using var router = await ConnectAsync(harness);
        var received = new[] { await router.ReceivesAsync(), await router.ReceivesAsync(), await router.ReceivesAsync() };
        Assert.Equal([2], router.TakeFrames());
        Assert.Contains(received, request => request.Body.Length == 900);
        await AnswerAsync(router, received);
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Fact]
    public async Task Without_coalescing_each_call_travels_alone()
    {
        await using var harness = Create(options => options.CoalesceRequests = false);
        Task[] calls = [harness.Calls(""), harness.Calls("")];
        await using var router = await ConnectAsync(harness);
        await AnswerAsync(router, await router.ReceivesAsync(), await router.ReceivesAsync());
        Assert.Empty(router.TakeFrames());
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Fact]
    public async Task While_a_pipeline_is_full_calls_gather_and_a_confirm_sends_them_together()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Client.Frames.Learn("greet", takes: true);
        harness.Broker.HoldsConfirms = true;
        var calls = new List<Task>();
        for (var i = 0; i < Pipeline.Depth; i++)
        {
            calls.Add(harness.Calls("", new InvokeOptions { Timeout = TenSeconds }));
            await AnswerAsync(router, await router.ReceivesAsync()); // Each alone: nothing else was ready.
        }

        for (var i = 0; i < 5; i++)
        {
            calls.Add(harness.Calls("", new InvokeOptions { Timeout = TenSeconds }));
        }

        await Within.UntilAsync(() => harness.Client.IsQuiet, "the publishing loop has seen all calls");
        Assert.False(router.HasRequests);
        harness.Broker.ReleaseConfirms();
        for (var i = 0; i < 5; i++)
        {
            await AnswerAsync(router, await router.ReceivesAsync());
        }

        Assert.Equal([5], router.TakeFrames());
        await Within.ReasonAsync(Task.WhenAll(calls), "the calls ended");
    }

    [Fact]
    public async Task A_call_that_waits_for_a_confirm_keeps_its_deadline_and_was_not_sent()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        harness.Client.Frames.Learn("greet", takes: true);
        harness.Broker.HoldsConfirms = true;
        for (var i = 0; i < Pipeline.Depth; i++)
        {
            var early = harness.Calls("");
            await AnswerAsync(router, await router.ReceivesAsync());
            await early;
        }

        var late = harness.Calls("late", new InvokeOptions { Timeout = TenSeconds });
        harness.Pass(TenSeconds);
        Assert.Equal("unavailable", (await ClientHarness.FailsAsync(late)).Code);
        harness.Broker.ReleaseConfirms();
        var next = harness.Calls("next");
        Assert.Equal("next", (await router.ReceivesAsync()).Text);
        harness.Pass(TimeSpan.FromMinutes(1));
        await ClientHarness.FailsAsync(next);
    }

    [Fact]
    public async Task A_refused_message_refuses_each_of_its_calls()
    {
        await using var harness = Create();
        harness.Broker.Refuses = true;
        Task[] calls = [harness.Calls(""), harness.Calls("")];
        await using var router = await ConnectAsync(harness);
        foreach (var call in calls)
        {
            Assert.Equal("overloaded", (await ClientHarness.FailsAsync(call)).Code);
        }
    }

    [Fact]
    public async Task A_returned_message_says_of_each_of_its_calls_that_there_is_no_such_endpoint()
    {
        await using var harness = Create();
        Task[] calls =
        [
            harness.Client.InvokeRawAsync("nowhere", default).AsTask(), harness.Client.InvokeRawAsync("nowhere", default).AsTask(),
        ];
        await using var router = await ConnectAsync(harness);
        foreach (var call in calls)
        {
            Assert.Equal("endpoint_not_found", (await ClientHarness.FailsAsync(call)).Code);
        }
    }

    [Fact]
    public async Task A_lost_connection_leaves_the_outcome_of_every_unconfirmed_member_unknown()
    {
        await using var harness = Create();
        harness.Broker.HoldsConfirms = true;
        Task[] calls = [harness.Calls(""), harness.Calls("")];
        await using var router = await ConnectAsync(harness);
        await router.ReceivesAsync();
        harness.Broker.Cut("publish");
        foreach (var call in calls)
        {
            Assert.Equal("outcome_unknown", (await ClientHarness.FailsAsync(call)).Code);
        }
    }

    [Fact]
    public async Task An_answer_frame_ends_each_call_that_it_names_and_counts_what_nobody_waits_for()
    {
        await using var harness = Create();
        Task<RawReply>[] calls = [harness.Calls("a"), harness.Calls("b"), harness.Calls("c")];
        await using var router = await ConnectAsync(harness);
        var requests = new[] { await router.ReceivesAsync(), await router.ReceivesAsync(), await router.ReceivesAsync() };
        var bytes = new byte[4_096];
        var writer = new AnswerFrameWriter(bytes, 5);
        writer.Write(Encoding.UTF8.GetBytes(requests[0].Properties.CorrelationId!), ReplyStatus.Ok, 2, "greet-v1", "replica-a", "text/plain", default, "hello"u8);
        writer.Write(
            Encoding.UTF8.GetBytes(requests[1].Properties.CorrelationId!), ReplyStatus.HandlerError, 1, "greet-v1", "replica-a", ContentTypes.Error, default,
            new ErrorBody(ReplyStatus.HandlerError, "no", Retryable: false).Encode());
        writer.Write("nobody"u8, ReplyStatus.Ok, 1, null, null, null, default, default);
        writer.Write(Encoding.UTF8.GetBytes(requests[0].Properties.CorrelationId!), ReplyStatus.Ok, 1, null, null, null, default, default);
        writer.Write(Encoding.UTF8.GetBytes(requests[2].Properties.CorrelationId!), (ReplyStatus)99, 1, null, null, null, default, default);
        await router.PublishesAsync(
            requests[0].Properties.ReplyTo!, new MessageProperties { ContentType = ContentTypes.Answers }, bytes[..writer.Length]);

        var reply = await Within.ReasonAsync(calls[0], "the first call ended");
        Assert.Equal(("hello", "text/plain", "greet-v1", "replica-a", 2), (Encoding.UTF8.GetString(reply.Body.Span), reply.ContentType, reply.Backend, reply.Replica, reply.Attempts));
        Assert.Equal(("handler_error", "no"), (await ClientHarness.FailsAsync(calls[1])) is var error ? (error.Code, error.Message.Split(": ")[^1].TrimEnd('.')) : default);
        Assert.Equal("internal", (await ClientHarness.FailsAsync(calls[2])).Code);
        await Within.UntilAsync(() => harness.Counted("brokerserve.client.replies.dropped", "late") == 1, "the repeated answer was counted");
        Assert.Equal(1, harness.Counted("brokerserve.client.replies.dropped", "unknown"));
    }

    [Fact]
    public async Task A_frame_that_breaks_off_ends_the_calls_before_the_break()
    {
        await using var harness = Create();
        var call = harness.Calls("");
        await using var router = await ConnectAsync(harness);
        var request = await router.ReceivesAsync();
        var bytes = new byte[4_096];
        var writer = new AnswerFrameWriter(bytes, 2);
        writer.Write(Encoding.UTF8.GetBytes(request.Properties.CorrelationId!), ReplyStatus.Ok, 1, null, null, null, default, "hello"u8);
        await router.PublishesAsync(
            request.Properties.ReplyTo!, new MessageProperties { ContentType = ContentTypes.Answers }, bytes[..writer.Length]);
        Assert.Equal("hello", ClientHarness.TextOf(await Within.ReasonAsync(call, "the call ended")));
        await Within.UntilAsync(() => harness.Counted("brokerserve.client.replies.dropped", "malformed") == 1, "the break was counted");
    }

    /// <summary>A client that cannot connect yet: its calls wait, and so are ready together.</summary>
    private ClientHarness Create(Action<BrokerServeClientOptions>? configure = null, BrokerLimits? limits = null)
    {
        var harness = ClientHarness.Create(configure, limits);
        harness.Broker.Reachable = _reachable.Task;
        Array.ForEach(["greet", "other", "nowhere"], endpoint => harness.Client.Frames.Learn(endpoint, takes: true));
        return harness;
    }

    private async Task<ScriptedRouter> ConnectAsync(ClientHarness harness)
    {
        var router = await ScriptedRouter.StartAsync(harness.RouterBroker, "greet", "other");

        // A turn that has begun would send what it has seen, and the rest in the next.
        await Within.UntilAsync(() => harness.Client.IsQuiet, "the publishing loop has seen all calls");
        _reachable.SetResult();
        return router;
    }

    private static async Task AnswerAsync(ScriptedRouter router, params ReceivedMessage[] requests)
    {
        foreach (var request in requests)
        {
            if (request.Properties.ReplyTo is not null)
            {
                await router.RepliesAsync(request, "");
            }
        }
    }
}
