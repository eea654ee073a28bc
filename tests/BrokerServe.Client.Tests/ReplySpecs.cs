using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using MessagePack;
using MessagePack.Resolvers;

namespace BrokerServe.Client.Tests;

/// <summary>How replies end calls.</summary>
public sealed class ReplySpecs
{
    public sealed record Add(int X, int Y);

    [Fact]
    public async Task Each_call_ends_with_the_reply_that_carries_its_correlation_id()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var first = harness.Calls("1");
        var second = harness.Calls("2");
        var requests = new[] { await router.ReceivesAsync(), await router.ReceivesAsync() }.OrderBy(request => request.Text).ToArray();
        await router.RepliesAsync(requests[1], "two");
        await router.RepliesAsync(requests[0], "one");

        Assert.Equal("one", ClientHarness.TextOf(await first));
        Assert.Equal("two", ClientHarness.TextOf(await second));
    }

    [Fact]
    public async Task A_typed_call_writes_and_reads_MessagePack_maps_by_member_name()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Client.InvokeAsync<Add, int>("greet", new Add(2, 3)).AsTask();
        var request = await router.ReceivesAsync();
        Assert.Equal(ContentTypes.MessagePack, request.Properties.ContentType);
        Assert.Equal("{\"X\":2,\"Y\":3}", MessagePackSerializer.ConvertToJson(request.Body));
        await router.RepliesAsync(request, MessagePackSerializer.Serialize(5), contentType: ContentTypes.MessagePack);

        Assert.Equal(5, await call);
    }

    [Fact]
    public async Task A_raw_reply_says_who_answered()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        await router.RepliesAsync(
            await router.ReceivesAsync(),
            "hi",
            status: "ok",
            contentType: "text/plain",
            headers: [new(HeaderNames.Backend, "greet-v1"), new(HeaderNames.Replica, "a"), new(HeaderNames.Attempts, 2)]);

        var reply = await call;
        Assert.Equal("hi", ClientHarness.TextOf(reply));
        Assert.Equal(("text/plain", "greet-v1", "a", 2), (reply.ContentType, reply.Backend, reply.Replica, reply.Attempts));
    }

    [Fact]
    public async Task A_reply_of_another_shape_than_the_caller_asked_for_is_bad_reply_and_says_both()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Client.InvokeAsync<int, int>("greet", 1).AsTask();
        await router.RepliesAsync(await router.ReceivesAsync(), MessagePackSerializer.Serialize("text"), contentType: "application/msgpack");

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.BadReply, failure.Status);
        Assert.False(failure.Retryable);
        Assert.Contains("application/msgpack", failure.Message, StringComparison.Ordinal);
        Assert.Contains("System.Int32", failure.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Semantics 11: Handler error: the reply is handler_error with type, message and remote stack trace")]
    public async Task An_error_reply_becomes_one_exception_with_code_fault_retryable_and_detail()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        var body = new ErrorBody(
            ReplyStatus.HandlerError,
            "The model is missing.",
            Retryable: true,
            new Dictionary<string, string> { ["type"] = "ModelMissing", ["stack_trace"] = "at Here" }).Encode();
        await router.RepliesAsync(await router.ReceivesAsync(), body, "handler_error", ContentTypes.Error);

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.HandlerError, failure.Status);
        Assert.Equal("handler_error", failure.Code);
        Assert.Equal(Fault.Worker, failure.Fault);
        Assert.True(failure.Retryable);
        Assert.Equal("handler_error: The model is missing.", failure.Message);
        Assert.Equal(("ModelMissing", "at Here", "greet"), (failure.RemoteType, failure.RemoteStackTrace, failure.Endpoint));
        Assert.Equal(1, harness.Counted("brokerserve.client.calls", "handler_error"));
    }

    [Fact]
    public async Task An_overloaded_reply_says_when_to_come_back()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        var body = new ErrorBody(
            ReplyStatus.Overloaded, "Full.", Retryable: true, new Dictionary<string, string> { ["retry_after_ms"] = "250" }).Encode();
        await router.RepliesAsync(await router.ReceivesAsync(), body, "overloaded", ContentTypes.Error);

        Assert.Equal(TimeSpan.FromMilliseconds(250), (await ClientHarness.FailsAsync(call)).RetryAfter);
    }

    [Fact]
    public async Task An_error_reply_whose_body_is_garbage_still_ends_the_call_with_its_code()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        await router.RepliesAsync(await router.ReceivesAsync(), [0xC1, 0xDF, 0xFF], "no_backend");

        Assert.Equal(ReplyStatus.NoBackend, (await ClientHarness.FailsAsync(call)).Status);
    }

    [Fact]
    public async Task A_status_that_this_client_does_not_know_ends_the_call_as_internal()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        await router.RepliesAsync(await router.ReceivesAsync(), "", "on_fire");

        Assert.Equal(ReplyStatus.Internal, (await ClientHarness.FailsAsync(call)).Status);
    }

    [Fact]
    public async Task A_second_reply_for_one_call_is_dropped_and_counted_and_reaches_no_later_call()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var first = harness.Calls("1");
        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, "first");
        Assert.Equal("first", ClientHarness.TextOf(await first));

        // The slot of the first call is used again by the second one.
        var second = harness.Calls("2");
        var next = await router.ReceivesAsync();
        await router.RepliesAsync(request, "again");
        await Within.UntilAsync(() => harness.Counted("brokerserve.client.replies.dropped", "late") == 1, "the repeated reply was counted");
        Assert.False(second.IsCompleted);

        await router.RepliesAsync(next, "second");
        Assert.Equal("second", ClientHarness.TextOf(await second));
    }

    [Fact]
    public async Task Hostile_replies_are_dropped_and_never_stop_the_loop()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        var call = harness.Calls("");
        var request = await router.ReceivesAsync();
        var own = request.Properties.CorrelationId!;
        var prefix = own[..(own.IndexOf('-', StringComparison.Ordinal) + 1)];
        string?[] hostile =
        [
            null, "", "x", prefix, prefix + "zz", prefix + "-1", prefix + "ffffffffffffffff", prefix + "fffffffffffffffff",
            prefix + "0", own + "0", "000000000000-1", own.ToUpperInvariant() + " ", new string('9', 255),
        ];

        foreach (var correlationId in hostile)
        {
            await router.PublishesAsync(
                request.Properties.ReplyTo!, new MessageProperties { CorrelationId = correlationId, Type = "ok" }, [1]);
        }

        await router.RepliesAsync(request, "real");
        Assert.Equal("real", ClientHarness.TextOf(await call));
        var dropped = harness.Counted("brokerserve.client.replies.dropped", "unknown")
            + harness.Counted("brokerserve.client.replies.dropped", "late");
        Assert.Equal(hostile.Length, dropped);
    }

    [Fact]
    public async Task Payload_options_can_be_the_callers_own()
    {
        var (harness, router) = await ClientHarness.StartAsync(
            options => options.Serializer = ContractlessStandardResolver.Options.WithCompression(MessagePackCompression.Lz4BlockArray));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Client.InvokeAsync<string, string>("greet", new string('a', 500)).AsTask();
        var request = await router.ReceivesAsync();
        Assert.True(request.Body.Length < 100);
        await router.RepliesAsync(request, request.Body);

        Assert.Equal(new string('a', 500), await call);
    }
}
