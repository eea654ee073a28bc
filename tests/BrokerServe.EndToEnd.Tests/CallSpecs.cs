using System.Collections.Concurrent;
using System.Text;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>One call at a time, from the client to a handler and back.</summary>
public abstract class CallSpecs : EndToEndSpecs
{
    [Fact]
    public async Task A_call_reaches_a_handler_and_its_reply_comes_home()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker => worker.Handle<string, string>(name => $"Hello, {name}!"));
        var client = await System.StartClientAsync();

        var reply = await client.InvokeAsync<string, string>("greet", "Ada").AsTask().WaitAsync(ServingSystem.Patience);

        Assert.Equal("Hello, Ada!", reply);
    }

    [Fact]
    public async Task A_raw_call_carries_bytes_method_and_metadata_and_tells_who_answered()
    {
        await System.StartRouterAsync(Serving("files", "store"));
        await System.StartWorkerAsync("store", worker => worker.HandleRaw("read", query => Encoding.UTF8.GetBytes(
            $"{query.Endpoint} {query.Method} {query.Metadata["tenant"]} {query.Attempt} {Encoding.UTF8.GetString(query.Payload.Span)}")));
        var client = await System.StartClientAsync();

        var reply = await client.InvokeRawAsync(
            "files",
            "a.txt"u8.ToArray(),
            new InvokeOptions { Method = "read", Metadata = new Dictionary<string, string> { ["tenant"] = "blue" } })
            .AsTask().WaitAsync(ServingSystem.Patience);

        Assert.Equal("files read blue 1 a.txt", Encoding.UTF8.GetString(reply.Body.Span));
        Assert.Equal("store", reply.Backend);
        Assert.Equal(1, reply.Attempts);
        Assert.NotNull(reply.Replica);
    }

    [Fact]
    public async Task Metadata_at_the_clients_default_limit_passes_a_router_with_default_settings()
    {
        await System.StartRouterAsync(Serving("files", "store"));
        await System.StartWorkerAsync("store", worker => worker.HandleRaw(query => Encoding.UTF8.GetBytes($"{query.Metadata["tenant"].Length}")));
        var client = await System.StartClientAsync();

        // As many bytes as there may be, "meta-tenant" with them.
        var reply = await client.InvokeRawAsync(
            "files", default, new InvokeOptions { Metadata = new Dictionary<string, string> { ["tenant"] = new('x', 8_192 - 11) } })
            .AsTask().WaitAsync(ServingSystem.Patience);

        Assert.Equal("8181", Encoding.UTF8.GetString(reply.Body.Span));
    }

    [Fact(DisplayName = "Semantics 3: An unknown endpoint: endpoint_not_found, at once.")]
    public async Task An_unknown_endpoint_is_refused_at_once()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var client = await System.StartClientAsync();

        var error = await Assert.ThrowsAsync<BrokerServeException>(
            () => client.InvokeAsync<string, string>("nowhere", "Ada").AsTask().WaitAsync(ServingSystem.Patience));

        Assert.Equal(ReplyStatus.EndpointNotFound, error.Status);
    }

    [Fact(DisplayName = "Semantics 11: Handler error: the reply is handler_error with type, message and remote stack trace; the replica stays in service; the credit returns.")]
    public async Task A_handler_error_is_the_reply_and_the_replica_stays_in_service()
    {
        await System.StartRouterAsync(Serving("divide", "math"));
        await System.StartWorkerAsync("math", worker =>
        {
            worker.MaxConcurrentQueries = 1;
            worker.Handle<int, int>(divisor => 12 / divisor);
        });
        var client = await System.StartClientAsync();

        for (var i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAsync<BrokerServeException>(
                () => client.InvokeAsync<int, int>("divide", 0).AsTask().WaitAsync(ServingSystem.Patience));
            Assert.Equal(ReplyStatus.HandlerError, error.Status);
            Assert.Equal(typeof(DivideByZeroException).FullName, error.RemoteType);
            Assert.False(string.IsNullOrEmpty(error.RemoteStackTrace));
        }

        Assert.Equal(4, await client.InvokeAsync<int, int>("divide", 3).AsTask().WaitAsync(ServingSystem.Patience));
    }

    [Fact]
    public async Task A_missing_method_is_named_with_those_there_are()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker => worker.Handle<string, string>("hello", name => name));
        var client = await System.StartClientAsync();

        var error = await Assert.ThrowsAsync<BrokerServeException>(() => client
            .InvokeAsync<string, string>("greet", "Ada", new InvokeOptions { Method = "bye" }).AsTask().WaitAsync(ServingSystem.Patience));

        Assert.Equal(ReplyStatus.MethodNotFound, error.Status);
        Assert.Contains("bye", error.Reason, StringComparison.Ordinal);
        Assert.Contains("hello", error.Reason, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Semantics 16: Deadline: the worker gets the time left and cancels its handler's token at zero.")]
    public async Task A_deadline_cancels_the_handler_and_ends_the_call()
    {
        var cancelled = new TaskCompletionSource();
        await System.StartRouterAsync(Serving("slow", "sleeper"));
        await System.StartWorkerAsync("sleeper", worker => worker.Handle<int, int>(async (_, _, cancellation) =>
        {
            cancellation.Register(() => cancelled.TrySetResult()); // Not disposed: the delay ends first, and would take it back.
            await Task.Delay(Timeout.Infinite, cancellation);
            return 0;
        }));
        var client = await System.StartClientAsync();

        var error = await Assert.ThrowsAsync<BrokerServeException>(() => client
            .InvokeAsync<int, int>("slow", 1, new InvokeOptions { Timeout = TimeSpan.FromMilliseconds(800) }).AsTask().WaitAsync(ServingSystem.Patience));

        Assert.Equal(ReplyStatus.DeadlineExceeded, error.Status);
        await cancelled.Task.WaitAsync(ServingSystem.Patience);
    }

    [Fact(DisplayName = "Semantics 17: Cancellation: a producer that gives up can say so; a running handler's token is cancelled.")]
    public async Task Giving_a_call_up_cancels_its_handler()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await System.StartRouterAsync(Serving("slow", "sleeper"));
        await System.StartWorkerAsync("sleeper", worker => worker.Handle<int, int>(async (_, _, cancellation) =>
        {
            cancellation.Register(() => cancelled.TrySetResult()); // Not disposed: the delay ends first, and would take it back.
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return 0;
        }));
        var client = await System.StartClientAsync();
        using var giveUp = new CancellationTokenSource();

        var call = client.InvokeAsync<int, int>("slow", 1, cancellationToken: giveUp.Token).AsTask();
        await started.Task.WaitAsync(ServingSystem.Patience);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(ServingSystem.Patience));
        await cancelled.Task.WaitAsync(ServingSystem.Patience);
    }

    [Fact]
    public async Task A_one_way_call_runs_and_nobody_is_told()
    {
        var heard = new TaskCompletionSource<string>();
        await System.StartRouterAsync(Serving("notes", "notebook"));
        await System.StartWorkerAsync("notebook", worker => worker.Handle<string, int>(note =>
        {
            heard.TrySetResult(note);
            return 0;
        }));
        var client = await System.StartClientAsync();

        await client.SendAsync("notes", "remember me").AsTask().WaitAsync(ServingSystem.Patience);

        Assert.Equal("remember me", await heard.Task.WaitAsync(ServingSystem.Patience));
    }

    [Fact]
    public async Task An_endpoint_that_delivers_at_most_once_answers_as_well()
    {
        await System.StartRouterAsync(Serving("fast", "echo", config => config with { Delivery = DeliveryGuarantee.AtMostOnce }));
        await System.StartWorkerAsync("echo", worker => worker.HandleRaw(query => query.Echo()));
        var client = await System.StartClientAsync();

        var reply = await client.InvokeRawAsync("fast", new byte[] { 1, 2, 3 }).AsTask().WaitAsync(ServingSystem.Patience);

        Assert.Equal([1, 2, 3], reply.Body.ToArray());
    }

    [Fact]
    public async Task A_shard_key_always_reaches_the_same_backend()
    {
        await System.StartRouterAsync(options =>
        {
            options.Endpoints["user"] = new EndpointConfig { Traffic = new Dictionary<string, double> { ["a"] = 0.5, ["b"] = 0.5 } };
            options.Backends["a"] = new BackendConfig();
            options.Backends["b"] = new BackendConfig();
        });
        await System.StartWorkerAsync("a", worker => worker.HandleRaw(query => query.Echo()));
        await System.StartWorkerAsync("b", worker => worker.HandleRaw(query => query.Echo()));
        var client = await System.StartClientAsync();

        var seen = new ConcurrentDictionary<string, ConcurrentBag<string?>>();
        for (var i = 0; i < 60; i++)
        {
            var key = $"u{i % 12}";
            var reply = await client.InvokeRawAsync("user", Array.Empty<byte>(), new InvokeOptions { ShardKey = key })
                .AsTask().WaitAsync(ServingSystem.Patience);
            seen.GetOrAdd(key, _ => []).Add(reply.Backend);
        }

        Assert.All(seen.Values, backends => Assert.Single(backends.Distinct()));
        Assert.Equal(2, seen.Values.SelectMany(b => b).Distinct().Count());
    }
}
