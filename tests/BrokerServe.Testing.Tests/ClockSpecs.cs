using System.Collections.Concurrent;
using BrokerServe.Client;
using BrokerServe.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace BrokerServe.Testing.Tests;

/// <summary>Time passes when the test says so, and everything happens at its time.</summary>
public sealed class ClockSpecs
{
    private readonly ConcurrentQueue<string> _events = new();

    [Fact]
    public async Task A_call_ends_at_its_timeout_and_not_before()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("hang", HangAsync));
        var call = serve.Client.InvokeAsync<int, int>("hang", 1, new InvokeOptions { Timeout = TimeSpan.FromSeconds(5) }).AsTask();

        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(4_990));
        Assert.Equal(["begun"], _events);
        Assert.False(call.IsCompleted);

        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(30));
        Assert.Equal(["begun", "cancelled"], _events);
        var failure = await Assert.ThrowsAsync<BrokerServeException>(() => Soon.EndsAsync(call));
        Assert.Equal(ReplyStatus.DeadlineExceeded, failure.Status);
    }

    [Fact]
    public async Task A_batch_goes_when_its_wait_is_over_to_the_millisecond()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve("square", worker => worker
            .HandleBatch<int, int>(
                (batch, _) =>
                {
                    _events.Enqueue(string.Join(' ', batch.Order()));
                    return batch.Select(number => number * number);
                },
                batchWaitTimeout: TimeSpan.FromMilliseconds(50))));
        var calls = new[] { 2, 3 }.Select(number => serve.Client.InvokeAsync<int, int>("square", number).AsTask()).ToArray();

        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(49));
        Assert.Empty(_events);

        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["2 3"], _events);
        var replies = await Soon.EndsAsync(Task.WhenAll(calls));
        Assert.Equal([4, 9], replies);
    }

    [Fact]
    public async Task The_clock_of_handlers_is_the_tests()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, string>("wait", async (seconds, query, cancellation) =>
        {
            var time = query.Services.GetRequiredService<TimeProvider>();
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellation);
            return time.GetUtcNow().ToString("HH:mm:ss", null);
        }));
        await serve.SettleAsync();
        var since = serve.Time.GetUtcNow();
        var call = serve.Client.InvokeAsync<int, string>("wait", 7).AsTask();

        await serve.AdvanceAsync(TimeSpan.FromSeconds(20));

        Assert.True(call.IsCompleted);
        Assert.Equal(since.AddSeconds(7).ToString("HH:mm:ss", null), await call);
    }

    [Fact]
    public async Task What_follows_from_one_thing_that_was_due_happens_before_the_next()
    {
        var time = TimeProvider.System;
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .ConfigureClient(client => client.Use(async (call, next, cancellation) =>
            {
                while (true)
                {
                    try
                    {
                        return await next(call, cancellation);
                    }
                    catch (BrokerServeException)
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
                    }
                }
            }))
            .Serve<int, int>("fail", number =>
            {
                _events.Enqueue($"attempt {_events.Count}");
                return _events.Count == 11 ? number : throw new InvalidOperationException();
            }));
        time = serve.Time;
        var call = serve.Client.InvokeAsync<int, int>("fail", 7).AsTask();

        // Ten waits, each of which begins only when the reply to the attempt before it has come all the way back.
        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(999));
        Assert.Equal(10, _events.Count);
        await serve.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(11, _events.Count);
        Assert.Equal(7, await Soon.EndsAsync(call));
    }

    [Fact]
    public async Task No_leap_costs_a_healthy_worker_its_lease_or_a_router_its_place()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve("who", worker => worker.HandleRaw(query => query.Echo())));
        var second = await serve.StartRouterAsync();
        var before = await serve.Client.InvokeRawAsync("who", default);

        await serve.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(before.Replica, (await serve.Client.InvokeRawAsync("who", default)).Replica);
        await second.StopAsync();
    }

    [Fact]
    public async Task After_settling_nothing_happens_any_more()
    {
        var handled = 0;
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("count", number =>
        {
            Interlocked.Increment(ref handled);
            return number;
        }));
        for (var sent = 1; sent <= 200; sent++)
        {
            _ = serve.Client.InvokeAsync<int, int>("count", sent).AsTask();
            await serve.SettleAsync();
            Assert.Equal(sent, Volatile.Read(ref handled));
        }
    }

    [Fact]
    public async Task A_call_whose_reply_is_there_has_been_taken_up_by_its_caller_when_everything_has_settled()
    {
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<int, int>("echo", number => number));
        for (var sent = 0; sent < 200; sent++)
        {
            var steps = 0;
            _ = CallTwiceAsync();
            await serve.SettleAsync();
            Assert.Equal(2, Volatile.Read(ref steps));

            async Task CallTwiceAsync()
            {
                await serve.Client.InvokeAsync<int, int>("echo", 1).ConfigureAwait(false);
                Interlocked.Increment(ref steps);
                await serve.Client.InvokeAsync<int, int>("echo", 2).ConfigureAwait(false);
                Interlocked.Increment(ref steps);
            }
        }
    }

    [Fact]
    public async Task Time_does_not_go_back()
    {
        await using var serve = await BrokerServeTestHost.StartAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => serve.AdvanceAsync(TimeSpan.FromTicks(-1)));
    }

    private async ValueTask<int> HangAsync(int number, Worker.QueryContext query, CancellationToken cancellation)
    {
        _events.Enqueue("begun");
        await using var registration = cancellation.Register(() => _events.Enqueue("cancelled"));
        await Task.Delay(Timeout.Infinite, cancellation);
        return number;
    }
}
