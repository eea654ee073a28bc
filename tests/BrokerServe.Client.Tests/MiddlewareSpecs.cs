using System.Collections.Concurrent;
using System.Text;
using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Transport.InMemory;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Client.Tests;

/// <summary>What an application puts around its calls.</summary>
public sealed class MiddlewareSpecs
{
    private readonly ConcurrentQueue<string> _steps = new();

    [Theory]
    [InlineData("typed")]
    [InlineData("raw")]
    [InlineData("typed, one way")]
    [InlineData("raw, one way")]
    public async Task Middleware_goes_around_every_kind_of_call_in_the_order_written(string kind)
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(Step("first")).Use(Step("second")));
        await using var _ = harness;
        await using var __ = router;

        var call = Make(harness.Client, kind);
        var request = await router.ReceivesAsync();
        if (request.Properties.ReplyTo is not null)
        {
            await router.RepliesAsync(request, request.Body);
        }

        await Within.ReasonAsync(call, "the call ended");
        Assert.Equal("Ada", MessagePackSerializer.Deserialize<string>(request.Body));
        Assert.Equal(["first in", "second in", "second out", "first out"], _steps);
    }

    [Fact]
    public async Task A_middleware_sees_what_is_called_and_how()
    {
        CallContext? seen = null;
        byte[]? payload = null;
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use((call, next, cancellation) =>
        {
            (seen, payload) = (call, call.Payload.ToArray());
            return next(call, cancellation);
        }));
        await using var _ = harness;
        await using var __ = router;

        var typed = harness.Client.InvokeAsync<string, string>("greet", "Ada", new InvokeOptions { Method = "shout" }).AsTask();
        await RepliesAsync(router);
        await typed;
        Assert.NotNull(seen);
        Assert.Equal(("greet", "shout", "Ada", false), (seen.Endpoint, seen.Options.Method, seen.Request, seen.IsOneWay));
        Assert.Equal(ContentTypes.MessagePack, seen.ContentType);
        Assert.Equal("Ada", MessagePackSerializer.Deserialize<string>(payload));

        await harness.Client.SendRawAsync("greet", "bytes"u8.ToArray(), new InvokeOptions { ContentType = "text/plain" });
        Assert.Equal(("text/plain", null, true), (seen.ContentType, seen.Request, seen.IsOneWay));
        Assert.Equal("bytes", Encoding.UTF8.GetString(payload!));
        Assert.Equal(TimeSpan.FromSeconds(30), seen.TimeLeft);
    }

    [Fact]
    public async Task A_middleware_can_add_metadata_and_shorten_the_timeout()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use((call, next, cancellation) =>
        {
            call.Options = call.Options with
            {
                Metadata = new Dictionary<string, string> { ["tenant"] = "blue" }, Timeout = TimeSpan.FromSeconds(2),
            };
            return next(call, cancellation);
        }));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("Ada", new InvokeOptions { Timeout = TimeSpan.FromSeconds(10) });
        var request = await router.ReceivesAsync();
        Assert.True(request.Properties.Headers!.TryGetText("meta-tenant", out var tenant));
        Assert.Equal("blue", tenant);

        harness.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(ReplyStatus.DeadlineExceeded, (await ClientHarness.FailsAsync(call)).Status);
    }

    [Fact]
    public async Task A_middleware_that_waits_longer_than_the_caller_sends_nothing_any_more()
    {
        var waited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(After(waited.Task)));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("Ada", new InvokeOptions { Timeout = TimeSpan.FromSeconds(1) });
        harness.Pass(TimeSpan.FromSeconds(1));
        waited.SetResult();

        var failure = await ClientHarness.FailsAsync(call);
        Assert.Equal(ReplyStatus.DeadlineExceeded, failure.Status);
        Assert.Contains("had run out before", failure.Message, StringComparison.Ordinal);
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task A_timeout_that_is_none_is_a_bad_request_as_ever()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(Step("only")));
        await using var _ = harness;
        await using var __ = router;

        Assert.Equal(
            ReplyStatus.BadRequest, (await ClientHarness.FailsAsync(harness.Calls("Ada", new InvokeOptions { Timeout = TimeSpan.Zero }))).Status);
    }

    [Fact]
    public async Task A_middleware_can_answer_in_the_handlers_place()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use((call, _, _) => new(call.Reply($"Hello, {call.Request}!"))));
        await using var _ = harness;
        await using var __ = router;

        Assert.Equal("Hello, Ada!", await harness.Client.InvokeAsync<string, string>("greet", "Ada"));
        await harness.Client.SendAsync("greet", "Ada");
        Assert.False(router.HasRequests);
    }

    [Fact]
    public async Task A_middleware_sees_failures_and_chooses_what_the_caller_gets()
    {
        var seen = new ConcurrentQueue<BrokerServeException>();
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(async (call, next, cancellation) =>
        {
            try
            {
                return await next(call, cancellation);
            }
            catch (BrokerServeException failure)
            {
                seen.Enqueue(failure);
                throw new BrokerServeException(failure.Status, call.Endpoint, "Sorry.", innerException: failure);
            }
        }));
        await using var _ = harness;
        await using var __ = router;

        var call = harness.Calls("Ada");
        await router.RepliesAsync(
            await router.ReceivesAsync(), new ErrorBody(ReplyStatus.HandlerError, "It broke.", false).Encode(), status: "handler_error");

        Assert.Equal("Sorry.", (await ClientHarness.FailsAsync(call)).Reason);
        Assert.Equal("It broke.", Assert.Single(seen).Reason);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gives_up_what_was_passed_on()
    {
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(Step("only")));
        await using var _ = harness;
        await using var __ = router;
        using var impatience = new CancellationTokenSource();

        var call = harness.Calls("Ada", cancellationToken: impatience.Token);
        await router.ReceivesAsync();
        await impatience.CancelAsync();

        await Within.ReasonAsync(Assert.ThrowsAnyAsync<OperationCanceledException>(() => call), "the call ended");
        await router.ReceivesCancelAsync();
    }

    [Fact]
    public async Task A_raw_payload_is_the_callers_again_at_once_however_long_the_middleware_waits()
    {
        var waited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use(After(waited.Task)));
        await using var _ = harness;
        await using var __ = router;

        var payload = "Ada"u8.ToArray();
        var call = harness.Client.InvokeRawAsync("greet", payload).AsTask();
        Array.Clear(payload);
        waited.SetResult();

        Assert.Equal("Ada", await RepliesAsync(router));
        await call;
    }

    [Fact]
    public async Task A_call_that_is_over_cannot_be_passed_on_any_more()
    {
        (CallContext Call, CallDelegate Next)? kept = null;
        var (harness, router) = await ClientHarness.StartAsync(client => client.Use((call, next, _) =>
        {
            kept = (call, next);
            return new(call.Reply(1));
        }));
        await using var _ = harness;
        await using var __ = router;

        Assert.Equal(1, await harness.Client.InvokeAsync<int, int>("greet", 0));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => kept!.Value.Next(kept.Value.Call, CancellationToken.None).AsTask());
        Assert.Contains("is over", failure.Message, StringComparison.Ordinal);
        Assert.True(kept!.Value.Call.Payload.IsEmpty);
    }

    [Fact]
    public async Task A_middleware_class_comes_from_the_services_once_and_may_call_itself()
    {
        await using var memory = new InMemoryBroker();
        await using var router = await ScriptedRouter.StartAsync(memory, "greet", "log");
        var services = new ServiceCollection().AddLogging().AddSingleton(_steps);
        services.AddBrokerServeClient(client => client.Use(Step("first"))).Use<Logged>().UseBroker(memory).Use(Step("last"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IBrokerServeClient>();

        for (var i = 0; i < 2; i++)
        {
            var call = client.InvokeRawAsync("greet", "Ada"u8.ToArray()).AsTask();
            Assert.Equal("log", (await router.ReceivesAsync()).RoutingKey);
            await RepliesAsync(router);
            await Within.ReasonAsync(call, "the call ended");
        }

        Assert.Single(_steps, "made");
        Assert.Equal(["first in", "made", "log", "first in", "last in"], _steps.Take(5));
    }

    private static async Task<string> RepliesAsync(ScriptedRouter router)
    {
        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, request.Body);
        return request.Text;
    }

    private static Task Make(BrokerServeClient client, string kind) => kind switch
    {
        "typed" => client.InvokeAsync<string, string>("greet", "Ada").AsTask(),
        "raw" => client.InvokeRawAsync("greet", MessagePackSerializer.Serialize("Ada")).AsTask(),
        "typed, one way" => client.SendAsync("greet", "Ada").AsTask(),
        _ => client.SendRawAsync("greet", MessagePackSerializer.Serialize("Ada")).AsTask(),
    };

    private static Func<CallContext, CallDelegate, CancellationToken, ValueTask<RawReply>> After(Task waited) => async (call, next, cancellation) =>
    {
        await waited;
        return await next(call, cancellation);
    };

    private Func<CallContext, CallDelegate, CancellationToken, ValueTask<RawReply>> Step(string name) => async (call, next, cancellation) =>
    {
        _steps.Enqueue($"{name} in");
        var reply = await next(call, cancellation);
        _steps.Enqueue($"{name} out");
        return reply;
    };

    public sealed class Logged : ICallMiddleware
    {
        private readonly IBrokerServeClient _client;
        private readonly ConcurrentQueue<string> _steps;

        public Logged(IBrokerServeClient client, ConcurrentQueue<string> steps)
        {
            (_client, _steps) = (client, steps);
            steps.Enqueue("made");
        }

        public async ValueTask<RawReply> InvokeAsync(CallContext call, CallDelegate next, CancellationToken cancellationToken)
        {
            if (call.Endpoint != "log")
            {
                _steps.Enqueue("log");
                await _client.SendAsync("log", call.Endpoint, cancellationToken: cancellationToken);
            }

            return await next(call, cancellationToken);
        }
    }
}
