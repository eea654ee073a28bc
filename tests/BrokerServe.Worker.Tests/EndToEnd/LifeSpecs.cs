using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Transport.InMemory;
using BrokerServe.Worker.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrokerServe.Worker.Tests.EndToEnd;

public sealed class LifeSpecs
{
    [Theory]
    [InlineData("consume")]
    [InlineData("publish")]
    public async Task A_worker_that_loses_either_connection_comes_back_as_a_new_replica(string lost)
    {
        var handlers = System.Threading.Channels.Channel.CreateUnbounded<CancellationToken>();
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(async (query, cancellation) =>
        {
            handlers.Writer.TryWrite(cancellation);
            if (query.Attempt == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return query.Echo();
        }));
        await worker.Router.SendsAsync(worker.Replica, new Query(1));
        var token = await Patience.ForAsync(handlers.Reader.ReadAsync().AsTask(), "the handler starts");

        Assert.Equal(1, worker.Broker.Cut(name => name.EndsWith(lost, StringComparison.Ordinal)));
        await Patience.ForAsync(token, "the handler of the lost life is cancelled");
        var second = await worker.Router.HearsAsync(AnnouncementKind.Join);
        Assert.NotEqual(worker.Replica.Replica, second.Replica);
        Assert.NotEqual(worker.Replica.Queue, second.Queue);

        var reply = await worker.Router.AsksAsync(second, new Query(2) { Attempt = 2 });
        Assert.Equal(ReplyStatus.Ok, reply.Status);
        Assert.False(worker.Router.HasReply); // The old life's query is nobody's any more.
    }

    [Fact]
    public async Task A_worker_comes_back_after_the_broker_was_away()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(query => query.Echo()));
        worker.Broker.Stop();
        worker.Broker.Start();
        await using var router = await RouterStand.StartAsync(worker.Broker, "router-b");
        var replica = await router.HearsAsync(AnnouncementKind.Heartbeat);
        Assert.Equal(ReplyStatus.Ok, (await router.AsksAsync(replica, new Query(1))).Status);
    }

    [Fact]
    public async Task A_worker_that_starts_before_the_first_router_waits_for_its_exchanges()
    {
        await using var broker = new InMemoryBroker();
        using var host = WorkerHost.Build(broker, w => w.HandleRaw(query => query.Echo()));
        await host.StartAsync();
        await using var router = await RouterStand.StartAsync(broker);
        var replica = await router.HearsAsync(AnnouncementKind.Join);
        Assert.Equal(ReplyStatus.Ok, (await router.AsksAsync(replica, new Query(1))).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_worker_stops_cleanly_while_it_waits_for_a_router_or_a_broker()
    {
        await using var broker = new InMemoryBroker();
        using var waiting = WorkerHost.Build(broker, w => w.HandleRaw(query => query.Echo()));
        await waiting.StartAsync();
        await Patience.ForAsync(waiting.StopAsync(), "a worker without a router stops");

        broker.Stop();
        using var alone = WorkerHost.Build(broker, w => w.HandleRaw(query => query.Echo()));
        await alone.StartAsync();
        await Patience.ForAsync(alone.StopAsync(), "a worker without a broker stops");
    }

    [Fact]
    public async Task Replicas_of_one_process_are_independent()
    {
        await using var worker = await WorkerHost.StartAsync(w =>
        {
            w.Replicas = 2;
            w.HandleRaw(query => query.Echo());
        });
        var second = await worker.Router.HearsAsync(AnnouncementKind.Join);
        Assert.NotEqual(worker.Replica.Replica, second.Replica);
        Assert.Equal(second.Replica, (await worker.Router.AsksAsync(second, new Query(1))).Replica);
        Assert.Equal(worker.Replica.Replica, (await worker.Router.AsksAsync(worker.Replica, new Query(1))).Replica);

        Assert.Equal(1, worker.Broker.Cut(name => name.Contains(second.Replica, StringComparison.Ordinal)));
        await worker.Router.HearsAsync(AnnouncementKind.Join);
        Assert.Equal(ReplyStatus.Ok, (await worker.Router.AsksAsync(worker.Replica, new Query(2))).Status);
    }

    [Fact(DisplayName = "Semantics 29: Stopping a worker drains: announce draining, wait until routers have stopped sending, finish, reply, leave (in a host)")]
    public async Task A_host_that_stops_finishes_what_its_worker_holds()
    {
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(async (query, _) =>
        {
            await finish.Task;
            return query.Echo();
        }));
        var router = worker.Router;
        await router.AnnouncesAsync(AnnouncementKind.Join);
        await router.HearsAsync(AnnouncementKind.Join); // So the worker knows that the router lives.
        await router.SendsAsync(worker.Replica, new Query(1));

        var stopping = worker.Host.StopAsync();
        await router.HearsAsync(AnnouncementKind.Draining);
        await router.SendsAsync(worker.Replica, new Query(2)); // Sent before the router heard of it.
        await router.SaysAsync(worker.Replica, new FenceCommand("router-a"));
        finish.SetResult();

        var replies = await router.ReceivesAsync(2);
        Assert.All(replies, reply => Assert.Equal(ReplyStatus.Ok, reply.Status));
        await router.HearsAsync(AnnouncementKind.Leave);
        await Patience.ForAsync(stopping, "the host stops");
    }

    [Fact(DisplayName = "Semantics 29: after a grace period cancel what is left (when the host's shutdown timeout ends first, at once)")]
    public async Task A_host_without_patience_cancels_what_is_left_and_it_is_answered()
    {
        var isRunning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(async (query, cancellation) =>
        {
            isRunning.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return query.Echo();
        }));
        await worker.Router.SendsAsync(worker.Replica, new Query(1));
        await Patience.ForAsync(isRunning.Task, "the handler runs"); // Or the worker might leave before the query comes.
        using var timeout = new CancellationTokenSource();
        var stopping = worker.Host.StopAsync(timeout.Token);
        await worker.Router.HearsAsync(AnnouncementKind.Draining);
        await timeout.CancelAsync();
        Assert.Equal(ReplyStatus.ShuttingDown, (await worker.Router.ReceivesAsync()).Status);
        await worker.Router.HearsAsync(AnnouncementKind.Leave);
        await Patience.ForAsync(stopping.ContinueWith(_ => true, TaskScheduler.Default), "the host stops");
    }

    [Fact]
    public async Task A_sync_is_answered_over_the_wire()
    {
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(async (query, _) =>
        {
            await finish.Task;
            return query.Echo();
        }));
        await worker.Router.SendsAsync(worker.Replica, new Query(1), new Query(2));
        await worker.Router.SaysAsync(worker.Replica, new SyncCommand("router-a", 2, 1, worker.Router.ReplyKey));
        var report = await worker.Router.HearsHeldAsync();
        Assert.Equal(worker.Replica.Replica, report.Replica);
        Assert.Equal(2U, report.Incarnation);
        Assert.Equal([new Ticket(1), new Ticket(2)], report.Tickets.OrderBy(ticket => ticket.Value));

        await worker.Router.SendsAsync(worker.Replica, new Query(3)); // Still of incarnation 1: discarded.
        worker.Router.Incarnation = 2;
        await worker.Router.SendsAsync(worker.Replica, new Query(4));
        finish.SetResult();
        var replies = await worker.Router.ReceivesAsync(3);
        Assert.Equal([1UL, 2, 4], replies.Select(reply => reply.Ticket));
    }

    [Fact(DisplayName = "Semantics 17: a running handler's token is cancelled, the credit returns when the worker says so (over the wire)")]
    public async Task A_cancel_command_fires_the_token_and_is_answered_when_the_handler_has_ended()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(async (query, cancellation) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return query.Echo();
        }));
        await worker.Router.SendsAsync(worker.Replica, new Query(1));
        await Patience.ForAsync(started.Task, "the handler starts");
        await worker.Router.SaysAsync(worker.Replica, new CancelCommand("router-a", [new Ticket(1)]));
        Assert.Equal(ReplyStatus.Cancelled, (await worker.Router.ReceivesAsync()).Status);
    }

    [Fact(DisplayName = "Semantics 28: Config changes (limit, batch size, user config through a reconfigure hook) reach running workers; replicas are not restarted")]
    public async Task The_reconfigure_hook_hears_each_text_once()
    {
        var texts = System.Threading.Channels.Channel.CreateUnbounded<string>();
        await using var worker = await WorkerHost.StartAsync(w => w
            .HandleRaw(query => query.Echo())
            .OnReconfigure((text, _) =>
            {
                texts.Writer.TryWrite(text);
                return text == "bad" ? throw new FormatException("bad") : Task.CompletedTask;
            }));
        foreach (var text in new[] { "one", "bad", "two" })
        {
            // Every router says it, and says it again at every change.
            await worker.Router.SaysAsync(worker.Replica, new ConfigureCommand("router-a") { UserConfig = text });
            await worker.Router.SaysAsync(worker.Replica, new ConfigureCommand("router-b") { UserConfig = text });
            Assert.Equal(text, await Patience.ForAsync(texts.Reader.ReadAsync().AsTask(), $"the hook hears {text}"));
            Assert.Equal(ReplyStatus.Ok, (await worker.Router.AsksAsync(worker.Replica, new Query(1))).Status);
        }

        // A text that is not said any more was removed.
        await worker.Router.SaysAsync(worker.Replica, new ConfigureCommand("router-a"));
        Assert.Equal("", await Patience.ForAsync(texts.Reader.ReadAsync().AsTask(), "the hook hears that the text was removed"));
        await worker.Router.SaysAsync(worker.Replica, new ConfigureCommand("router-b") { MaxBatchSize = 3 });
        Assert.Equal(ReplyStatus.Ok, (await worker.Router.AsksAsync(worker.Replica, new Query(2))).Status);
        Assert.Equal(0, texts.Reader.Count);
    }

    [Fact]
    public async Task The_health_check_says_whether_the_replicas_are_announced()
    {
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(query => query.Echo()));
        var health = worker.Host.Services.GetRequiredService<HealthCheckService>();
        await Patience.UntilAsync(async () => (await health.CheckHealthAsync()).Status == HealthStatus.Healthy, "the worker is healthy");

        worker.Broker.Stop();
        await Patience.UntilAsync(async () => (await health.CheckHealthAsync()).Status == HealthStatus.Unhealthy, "the worker is unhealthy");
        var report = await health.CheckHealthAsync();
        Assert.Equal("0 of 1 replicas of greet-v1 are in service.", report.Entries["brokerserve-worker-greet-v1"].Description);
        Assert.Contains("ready", report.Entries["brokerserve-worker-greet-v1"].Tags);
    }
}
