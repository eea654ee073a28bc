using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Who is alive, with real worker processes over a real RabbitMQ. The times are proved where a test has the clock: in virtual time.</summary>
public sealed class LivenessSpecs : RealProcessSpecs
{
    private readonly Instruments _metrics = new("BrokerServe.Router");
    private readonly string _backend = $"b{Guid.NewGuid():N}"; // Metrics are the process's.

    protected override async ValueTask CleanUpAsync()
    {
        await base.CleanUpAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task A_suspended_workers_query_runs_elsewhere_its_late_reply_is_counted_and_dropped_and_its_credit_is_not_doubled()
    {
        await System.StartRouterAsync(Serving("work", _backend));
        var suspended = RunHere("worker", _backend, "--handler", "sleep:8000", "--max-concurrent", "1");
        var client = await System.StartClientAsync();
        var call = client.InvokeRawAsync("work", "once"u8.ToArray(), new InvokeOptions { Timeout = ServingSystem.Patience * 2 }).AsTask();
        await Until(() => Gauge("in_flight") == 1, "the worker got the query");
        suspended.Suspend();
        Assert.False(call.IsCompleted, "The worker answered before it was suspended.");

        await System.StartWorkerAsync(_backend, worker =>
        {
            worker.MaxConcurrentQueries = 3;
            worker.HandleRaw(query => query.Echo());
        });
        var reply = await call.WaitAsync(ServingSystem.Patience);
        Assert.Equal((2, 1), (reply.Attempts, Gauge("replicas.lost")));
        Assert.Equal((0, 3), (Gauge("in_flight"), Gauge("credit")));

        suspended.Resume();
        await Until(() => Gauge("replies.late") == 1, "the late reply was counted");
        await Until(() => Gauge("replicas") == 2, "the worker was back");
        Assert.Equal((0, 4), (Gauge("in_flight"), Gauge("credit")));

        // Whoever waits gets one reply, and each replica no more than its limit.
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.InvokeRawAsync("work", "more"u8.ToArray()).AsTask()))
            .WaitAsync(ServingSystem.Patience * 2);
        Assert.All(replies, more => Assert.Equal("more"u8.ToArray(), more.Body.ToArray()));
        await Until(() => Gauge("in_flight") == 0, "everything came back");
        Assert.Equal((4, 1, 1), (Gauge("credit"), Gauge("replies.late"), Gauge("replicas.lost")));
    }

    [Theory]
    [InlineData(Dialect.Framed)]
    [InlineData(Dialect.Plain)]
    public async Task A_query_that_finds_no_queue_tells_at_once_that_its_replica_is_gone_and_has_spent_no_attempt(Dialect dialect)
    {
        await System.StartRouterAsync(Serving("work", _backend, backendConfig: new BackendConfig { MaxAttempts = 1 }));
        await using (var connection = await System.OpenBroker().ConnectAsync("replica", CancellationToken.None))
        {
            // For ten minutes nobody gives it up for being silent.
            var names = new ObjectNames(System.Prefix);
            var queue = names.ReplicaQueue(_backend, "r-1");
            await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, CancellationToken.None);
            await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), events: null, CancellationToken.None);
            var join = new ReplicaAnnouncement(AnnouncementKind.Join, _backend, "r-1", queue) { Dialect = dialect, LeaseMs = AnnouncementLimits.MaxLeaseMs };
            await publisher.PublishAsync(new OutboundMessage(names.Replicas, "", false, default, join.Encode()));
            await Until(() => Gauge("replicas") == 1, "the router knew the replica");
            connection.Abort();
            await Until(async () => await IsGoneAsync(queue), "the broker noticed that the replica's connection was lost");
        }

        Assert.Equal((1, 0), (Gauge("replicas"), Gauge("replicas.lost")));
        var client = await System.StartClientAsync();
        var call = client.InvokeRawAsync("work", "once"u8.ToArray()).AsTask();
        await Until(() => Gauge("replicas.lost") == 1, "the router took the returned query as the replica's end");

        await System.StartWorkerAsync(_backend, worker => worker.HandleRaw(query => query.Echo()));
        Assert.Equal(1, (await call.WaitAsync(ServingSystem.Patience)).Attempts);
    }

    [Fact]
    public async Task The_query_of_a_killed_worker_process_runs_on_another()
    {
        await System.StartRouterAsync(Serving("work", _backend));
        var killed = RunHere("worker", _backend, "--handler", "sleep:60000");
        var client = await System.StartClientAsync();
        var call = client.InvokeRawAsync("work", "once"u8.ToArray()).AsTask();
        await Until(() => Gauge("in_flight") == 1, "the worker got the query");
        await System.StartWorkerAsync(_backend, worker => worker.HandleRaw(query => query.Echo()));

        killed.Kill();

        Assert.Equal(2, (await call.WaitAsync(ServingSystem.Patience)).Attempts);
        Assert.Equal((0, 0, 1), (Gauge("in_flight"), Gauge("replies.late"), Gauge("replicas.lost")));
    }

    private int Gauge(string name) => (int)_metrics.Observe($"brokerserve.router.{name}", ("backend", _backend));

    private async Task<bool> IsGoneAsync(string queue)
    {
        await using var connection = await System.OpenBroker().ConnectAsync("look", CancellationToken.None);
        try
        {
            return await connection.InspectQueueAsync(queue, CancellationToken.None) is null;
        }
        catch (BrokerException fault) when (fault.Fault == BrokerFault.Locked)
        {
            return false;
        }
    }
}
