using System.Diagnostics;
using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using MessagePack;

namespace BrokerServe.Client.Tests;

/// <summary>What a request looks like on the wire.</summary>
public sealed class RequestSpecs
{
    [Fact]
    public async Task A_request_names_its_call_its_reply_queue_and_its_deadline()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("hello", new InvokeOptions { Timeout = TimeSpan.FromSeconds(5), ContentType = "text/plain" });
        var request = await router.ReceivesAsync();

        var properties = request.Properties;
        Assert.Equal("greet", request.RoutingKey);
        Assert.Equal("hello", request.Text);
        Assert.NotNull(properties.CorrelationId);
        Assert.StartsWith(ScriptedRouter.Names.ClientReplyPrefix, properties.ReplyTo);
        Assert.Equal(5_000, properties.ExpirationMs);
        Assert.True(properties.Headers!.TryGetInteger(HeaderNames.Deadline, out var deadline));
        Assert.Equal(harness.Time.GetUtcNow().AddSeconds(5).ToUnixTimeMilliseconds(), deadline);
        Assert.Equal(harness.Client.ClientId, properties.AppId);
        Assert.NotNull(properties.MessageId);
        Assert.Equal("text/plain", properties.ContentType);
        Assert.Null(properties.Type);
        Assert.True(properties.Persistent);

        await router.RepliesAsync(request, "");
        await call;
    }

    [Fact]
    public async Task The_default_timeout_is_thirty_seconds()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("");
        var request = await router.ReceivesAsync();

        Assert.Equal(30_000, request.Properties.ExpirationMs);
        await router.RepliesAsync(request, "");
        await call;
    }

    [Fact]
    public async Task Method_priority_shard_key_message_id_and_metadata_travel_where_routers_look_for_them()
    {
        var (harness, router) = await ClientHarness.StartAsync(options => options.AppId = "shop");
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("", new InvokeOptions
        {
            Method = "shout",
            Priority = 9,
            ShardKey = "u42",
            MessageId = "order-7",
            Metadata = new Dictionary<string, string> { ["tenant"] = "ada" },
        });
        var request = await router.ReceivesAsync();

        var headers = request.Properties.Headers!;
        Assert.Equal("shout", request.Properties.Type);
        Assert.Equal("order-7", request.Properties.MessageId);
        Assert.Equal("shop", request.Properties.AppId);
        Assert.True(headers.TryGetInteger(HeaderNames.Priority, out var priority));
        Assert.Equal(9, priority);
        Assert.True(headers.TryGetText(HeaderNames.ShardKey, out var key));
        Assert.Equal("u42", key);
        Assert.True(headers.TryGetText("meta-tenant", out var tenant));
        Assert.Equal("ada", tenant);

        await router.RepliesAsync(request, "");
        await call;
    }

    [Fact]
    public async Task Correlation_ids_and_unsaid_message_ids_are_never_used_twice()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        var correlationIds = new HashSet<string>();
        var messageIds = new HashSet<string>();

        for (var n = 0; n < 50; n++)
        {
            var call = harness.Calls("");
            var request = await router.ReceivesAsync();
            Assert.True(correlationIds.Add(request.Properties.CorrelationId!));
            Assert.True(messageIds.Add(request.Properties.MessageId!));
            await router.RepliesAsync(request, "");
            await call;
        }
    }

    [Fact]
    public async Task At_most_once_is_transient()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("", new InvokeOptions { Delivery = DeliveryGuarantee.AtMostOnce });
        var request = await router.ReceivesAsync();

        Assert.False(request.Properties.Persistent);
        await router.RepliesAsync(request, "");
        await call;
    }

    [Fact(DisplayName = "Semantics 32: Traces: one span for the producer's call, linked by W3C trace context through the broker")]
    public async Task A_request_carries_the_trace_context_of_its_own_span_within_the_callers()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BrokerServeClientTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        var stopped = new TaskCompletionSource<Activity>();
        using var outer = new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start();

        // Listeners hear of the spans of all tests.
        listener.ActivityStopped = activity =>
        {
            if (activity.TraceId == outer.TraceId)
            {
                stopped.TrySetResult(activity);
            }
        };
        ActivitySource.AddActivityListener(listener);
        outer.TraceStateString = "vendor=1";

        var call = harness.Calls("");
        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, "", headers: [new(HeaderNames.Backend, "greet-v1")]);
        await call;

        var span = await Within.ReasonAsync(stopped.Task, "the client's span ended");
        Assert.True(request.Properties.Headers!.TryGetText(HeaderNames.TraceParent, out var traceParent));
        Assert.Equal(span.Id, traceParent);
        Assert.Equal(outer.SpanId, span.ParentSpanId);
        Assert.Equal("call greet", span.DisplayName);
        Assert.Equal("greet-v1", span.GetTagItem("brokerserve.backend"));
        Assert.True(request.Properties.Headers!.TryGetText(HeaderNames.TraceState, out var traceState));
        Assert.Equal("vendor=1", traceState);
    }

    [Fact]
    public async Task Without_a_listener_the_callers_trace_context_is_passed_on()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;
        using var outer = new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start();

        var call = harness.Calls("");
        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, "");
        await call;

        Assert.True(request.Properties.Headers!.TryGetText(HeaderNames.TraceParent, out var traceParent));
        Assert.Contains(outer.TraceId.ToHexString(), traceParent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_above_the_brokers_limit_is_payload_too_large_here_and_now()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var failure = await ClientHarness.FailsAsync(harness.Calls(new string('x', 1_001)));

        Assert.Equal(ReplyStatus.PayloadTooLarge, failure.Status);
        Assert.Contains("1001", failure.Message, StringComparison.Ordinal);
        Assert.Contains("1000", failure.Message, StringComparison.Ordinal);
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task Headers_above_the_brokers_limit_end_the_call_and_leave_the_channel_as_good_as_before()
    {
        await using var harness = ClientHarness.Create(
            options => options.MaxMetadataBytes = 16_000, new BrokerLimits(MaxBodyBytes: 1_000, MaxHeaderBytes: 4_000));
        await using var router = await ScriptedRouter.StartAsync(harness.RouterBroker, "greet");
        harness.Client.Start();
        await harness.IsReadyAsync();

        var large = new InvokeOptions { Metadata = new Dictionary<string, string> { ["a"] = new('x', 10_000) } };
        var failure = await ClientHarness.FailsAsync(harness.Calls("", large));
        Assert.Equal(ReplyStatus.PayloadTooLarge, failure.Status);

        var next = harness.Calls("next");
        var request = await router.ReceivesAsync();
        Assert.Equal("next", request.Text);
        await router.RepliesAsync(request, "");
        await next;
    }

    [Theory]
    [InlineData("")]
    [InlineData("no/slash")]
    public async Task What_cannot_be_an_endpoints_name_is_bad_request(string endpoint)
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var failure = await ClientHarness.FailsAsync(harness.Client.InvokeRawAsync(endpoint, default).AsTask());

        Assert.Equal(ReplyStatus.BadRequest, failure.Status);
        Assert.Contains($"'{endpoint}'", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<InvokeOptions, string> BadOptions => new()
    {
        { new InvokeOptions { Priority = 10 }, "The priority is 10" },
        { new InvokeOptions { Priority = -1 }, "The priority is -1" },
        { new InvokeOptions { Timeout = TimeSpan.Zero }, "The timeout is 00:00:00" },
        { new InvokeOptions { Timeout = TimeSpan.FromDays(2) }, "The timeout is 2.00:00:00" },
        { new InvokeOptions { Method = new string('m', 256) }, "The method has 256 bytes" },
        { new InvokeOptions { MessageId = new string('ä', 128) }, "The message id has 256 bytes" },
        { new InvokeOptions { ContentType = new string('c', 300) }, "The content type has 300 bytes" },
        { new InvokeOptions { Metadata = new Dictionary<string, string> { [""] = "x" } }, "A name in the metadata has 0 bytes" },
        { new InvokeOptions { Metadata = new Dictionary<string, string> { [new('n', 251)] = "x" } }, "A name in the metadata has 251 bytes" },
        { new InvokeOptions { Metadata = new Dictionary<string, string> { ["a"] = null! } }, "The metadata 'a' has no value" },
        { new InvokeOptions { Metadata = new Dictionary<string, string> { ["a"] = new('v', 8_187) } }, "8193 bytes; MaxMetadataBytes allows 8192" },
        { new InvokeOptions { Metadata = Enumerable.Range(0, 65).ToDictionary(n => $"{n}", _ => "") }, "has 65 entries; it may have 64" },
        { new InvokeOptions { ShardKey = new('k', 8_193) }, "8193 bytes; MaxMetadataBytes allows 8192" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public async Task Options_that_no_router_would_take_are_bad_request_here_and_now(InvokeOptions options, string message)
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var failure = await ClientHarness.FailsAsync(harness.Calls("", options));

        Assert.Equal(ReplyStatus.BadRequest, failure.Status);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task A_request_that_cannot_be_written_is_bad_request_and_nothing_is_sent()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        foreach (var call in new[]
        {
            async () => { await harness.Client.InvokeAsync<Unwritable, string>("greet", new Unwritable()); },
            async () => { await harness.Client.SendAsync("greet", new Unwritable()); },
        })
        {
            var failure = await ClientHarness.FailsAsync(call());

            Assert.Equal(ReplyStatus.BadRequest, failure.Status);
            Assert.Contains("Nothing was sent. This name is not known yet.", failure.Message, StringComparison.Ordinal);
            Assert.Equal("greet", failure.Endpoint);
        }

        // The thread's writer serves the next call.
        var next = harness.Client.InvokeAsync<string, string>("greet", "Ada").AsTask();
        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, request.Body);
        Assert.Equal("Ada", await next);
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task A_value_may_make_a_call_of_its_own_while_it_is_written()
    {
        var (harness, router) = await ClientHarness.StartAsync();
        await using var _ = harness;
        await using var __ = router;

        var sending = Task.CompletedTask;
        var call = harness.Client.InvokeAsync<Calling, string>("greet", new Calling { Act = () => sending = harness.Client.SendAsync("greet", "inner").AsTask() }).AsTask();
        var (inner, outer) = (await router.ReceivesAsync(), await router.ReceivesAsync());
        await sending;
        await router.RepliesAsync(outer, MessagePackSerializer.Serialize("done"));

        Assert.Equal("inner", MessagePackSerializer.Deserialize<string>(inner.Body));
        Assert.Equal(
            new Dictionary<string, string> { ["Before"] = "before", ["Middle"] = "middle", ["After"] = "after" },
            MessagePackSerializer.Deserialize<Dictionary<string, string>>(outer.Body));
        Assert.Equal("done", await call);
    }

    [Fact]
    public async Task A_callers_buffer_may_change_as_soon_as_the_call_is_made()
    {
        var harness = ClientHarness.Create();
        await using var _ = harness;
        byte[] payload = [1, 2, 3];

        // No router yet: the request waits while its caller's buffer changes.
        var call = harness.Client.InvokeRawAsync("greet", payload).AsTask();
        Array.Fill(payload, (byte)9);
        await using var router = await ScriptedRouter.StartAsync(harness.RouterBroker, "greet");
        harness.Pass(TimeSpan.FromSeconds(1));

        var request = await router.ReceivesAsync();
        Assert.Equal([1, 2, 3], request.Body);
        await router.RepliesAsync(request, "");
        await call;
    }

    public sealed class Calling
    {
        public string Before { get; set; } = "before";

        public string Middle
        {
            get
            {
                Act?.Invoke();
                return "middle";
            }

            set => _ = value;
        }

        public string After { get; set; } = "after";

        internal Action? Act { get; set; }
    }

    public sealed class Unwritable
    {
        public string Name
        {
            get => throw new InvalidOperationException("This name is not known yet.");
            set => _ = value;
        }
    }
}
