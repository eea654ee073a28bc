using System.Collections.Concurrent;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Worker;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>What a test can break.</summary>
public sealed class FaultSpecs
{
    private readonly ConcurrentQueue<string> _begun = new();

    [Fact]
    public async Task The_query_of_a_killed_worker_runs_on_another_when_the_lease_has_run_out()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve("work", Hanging("first")));
        var call = serve.Client.InvokeAsync<int, string>("work", 1).AsTask();
        await serve.SettleAsync();
        Assert.Equal(["first, attempt 1"], _begun);

        var first = serve.Worker("work");
        await serve.StartWorkerAsync("work", Answering("second"));
        await first.KillAsync();
        await serve.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.False(call.IsCompleted);

        await serve.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("second", await Soon.EndsAsync(call));
        Assert.Equal(["first, attempt 1", "second, attempt 2"], _begun);
    }

    [Fact]
    public async Task A_worker_whose_connections_are_cut_comes_back_as_a_new_replica()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve("work", Answering("it")));
        var before = await serve.Client.InvokeRawAsync("work", MessagePack.MessagePackSerializer.Serialize(1));

        await serve.Worker("work").CutAsync();

        var after = await serve.Client.InvokeRawAsync("work", MessagePack.MessagePackSerializer.Serialize(1));
        Assert.NotEqual(before.Replica, after.Replica);
    }

    [Fact]
    public async Task A_stopped_broker_makes_calls_unavailable_until_it_is_back()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve("work", Answering("it")));

        await serve.StopBrokerAsync();
        var call = serve.Client.InvokeAsync<int, string>("work", 1, new InvokeOptions { Timeout = TimeSpan.FromSeconds(2) }).AsTask();
        await serve.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(ReplyStatus.Unavailable, (await Assert.ThrowsAsync<BrokerServeException>(() => Soon.EndsAsync(call))).Status);

        await serve.StartBrokerAsync();
        Assert.Equal("it", await serve.Client.InvokeAsync<int, string>("work", 2));
    }

    [Fact]
    public async Task Another_router_answers_for_one_that_was_killed()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.AddEndpoint("work", "work"));
        await serve.StartWorkerAsync("work", Hanging("it"));
        var call = serve.Client.InvokeAsync<int, string>("work", 1).AsTask();
        await serve.SettleAsync();

        var first = serve.Router;
        await serve.StartRouterAsync();
        await first.KillAsync();
        await serve.StartWorkerAsync("work", Answering("second"));
        await serve.Worker("work").KillAsync();
        await serve.AdvanceAsync(TimeSpan.FromSeconds(4));

        Assert.Equal("second", await Soon.EndsAsync(call));
        Assert.NotSame(first, serve.Router);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_drains_first_for_as_long_as_the_test_lets_it()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, string>("work", async (_, query, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), (TimeProvider)query.Services.GetService(typeof(TimeProvider))!, cancellation);
            return "done";
        }));
        var call = serve.Client.InvokeAsync<int, string>("work", 1).AsTask();
        await serve.SettleAsync();

        var stopping = serve.Worker("work").StopAsync();
        await serve.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.False(stopping.IsCompleted);
        Assert.False(call.IsCompleted);

        await serve.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("done", await Soon.EndsAsync(call));
        await stopping;
    }

    [Fact]
    public async Task A_request_that_has_expired_is_never_begun()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.AddEndpoint("late", "late"));
        var call = serve.Client.InvokeAsync<int, string>("late", 1, new InvokeOptions { Timeout = TimeSpan.FromSeconds(5) }).AsTask();

        await serve.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(ReplyStatus.DeadlineExceeded, (await Assert.ThrowsAsync<BrokerServeException>(() => Soon.EndsAsync(call))).Status);

        await serve.StartWorkerAsync("late", Answering("it"));
        await serve.SettleAsync();
        Assert.Empty(_begun);
    }

    [Fact]
    public async Task A_test_host_ends_also_with_handlers_that_do_not()
    {
        var never = new TaskCompletionSource<string>();
        var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, string>("work", (_, _, _) => new(never.Task)));
        var call = serve.Client.InvokeAsync<int, string>("work", 1).AsTask();
        await serve.SettleAsync();

        await serve.DisposeAsync();

        Assert.Equal(ReplyStatus.ShuttingDown, (await Assert.ThrowsAsync<BrokerServeException>(() => Soon.EndsAsync(call))).Status);
    }

    private Action<BrokerServeWorkerOptions> Answering(string name) => worker => worker.Handle<int, string>((_, query, _) =>
    {
        Begin(name, query);
        return name;
    });

    private Action<BrokerServeWorkerOptions> Hanging(string name) => worker => worker.Handle<int, string>(async (_, query, cancellation) =>
    {
        Begin(name, query);
        await Task.Delay(Timeout.Infinite, cancellation);
        return name;
    });

    private void Begin(string name, QueryContext query) => _begun.Enqueue($"{name}, attempt {query.Attempt}");
}
