using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Worker;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Control;

/// <summary>Routers that serve what the control log says.</summary>
public abstract class ControlLogSpecs : EndToEndSpecs
{
    private LogOperator? _operator;

    private LogOperator Operator => _operator ??= new LogOperator(System.OpenBroker(), System.Prefix);

    protected override ValueTask CleanUpAsync() => _operator?.DisposeAsync() ?? default;

    [Fact]
    public async Task A_router_serves_nothing_before_it_has_read_the_log_and_says_so()
    {
        // Something stands where the log belongs, so it cannot be read.
        var log = new ObjectNames(System.Prefix).Control;
        await using var connection = await System.OpenBroker().ConnectAsync("test", default);
        await connection.DeclareQueueAsync(new(log) { Durable = true }, default);
        var router = await System.StartUnreadyRouterAsync(options => options.ControlLog = true);
        await Until(async () => (await router.HealthAsync()).Contains("has not read the control log yet", StringComparison.Ordinal), "the router says what it lacks");
        Assert.Null(await connection.InspectQueueAsync(new ObjectNames(System.Prefix).Unroutable, default));

        await connection.DeleteQueueAsync(log, default);
        await router.IsReadyAsync();
        await Operator.ChangeAsync(
            control => control.ConfigureBackend("v1", new BackendConfig()),
            control => control.AddEndpoint("greet", new EndpointConfig { Traffic = LogOperator.Shares(("v1", 1)) }));
        var requests = new ObjectNames(System.Prefix).EndpointQueue("greet");
        await Until(async () => await connection.InspectQueueAsync(requests, default) is { Consumers: > 0 }, "the router has followed, and serves the endpoint");
        await System.StartWorkerAsync("v1", Answer("v1"));
        Assert.Equal("v1", await CallAsync(await System.StartClientAsync()));
    }

    [Fact]
    public async Task Every_router_follows_each_change_and_all_have_the_same_version_and_hash()
    {
        await ServeAsync();
        FollowingRouter[] routers = [await StartAsync(), await StartAsync()];
        foreach (var backend in (string[])["v1", "v2"])
        {
            await System.StartWorkerAsync(backend, Answer(backend));
        }

        var client = await System.StartClientAsync();
        for (var round = 0; round < 6; round++)
        {
            var backend = round % 2 == 0 ? "v2" : "v1";
            var version = await Operator.ChangeAsync(control => control.SetTraffic("greet", LogOperator.Shares((backend, 1))));
            await Until(() => routers.All(router => router.State!.Version == version), $"all routers have version {version}");
            Assert.Equal(backend, await CallAsync(client));
        }

        var state = await Operator.ReadAsync();
        Assert.All(routers, router => Assert.Equal((state.Version, state.Hash), (router.State!.Version, router.State.Hash)));
    }

    [Fact]
    public async Task A_router_that_starts_later_has_what_all_changes_came_to()
    {
        await ServeAsync();
        await Operator.ChangeAsync(control => control.SetTraffic("greet", LogOperator.Shares(("v2", 1))));
        await Operator.ChangeAsync(control => control.RemoveBackend("v1"));
        var router = await StartAsync();
        await System.StartWorkerAsync("v2", Answer("v2"));
        Assert.Equal("v2", await CallAsync(await System.StartClientAsync()));
        Assert.Equal((await Operator.ReadAsync()).Hash, router.State!.Hash);
    }

    [Fact]
    public async Task A_router_whose_own_limits_refuse_an_endpoint_serves_everything_else_and_says_what_it_does_not()
    {
        await Operator.ChangeAsync(
            control => control.ConfigureBackend("v1", new BackendConfig()),
            control => control.AddEndpoint("greet", new EndpointConfig { Traffic = LogOperator.Shares(("v1", 1)), MaxTimeout = TimeSpan.FromMinutes(5) }),
            control => control.AddEndpoint("slow", new EndpointConfig { Traffic = LogOperator.Shares(("v1", 1)) }));
        var router = await System.StartUnreadyRouterAsync(options =>
        {
            options.ControlLog = true;
            options.BrokerConsumerTimeout = TimeSpan.FromMinutes(10);
        });
        await Until(
            async () => await router.HealthAsync() is var health
                && health.StartsWith("Degraded", StringComparison.Ordinal) && health.Contains("Endpoints:slow:MaxTimeout", StringComparison.Ordinal),
            "the router says what it leaves out");
        await System.StartWorkerAsync("v1", Answer("v1"));
        Assert.Equal("v1", await CallAsync(await System.StartClientAsync()));
        Assert.Equal((await Operator.ReadAsync()).Hash, router.State!.Hash);

        await Operator.ChangeAsync(control => control.RemoveEndpoint("slow"));
        await router.IsReadyAsync();
    }

    [Fact]
    public async Task A_router_that_loses_the_log_goes_on_with_what_it_last_knew_and_says_so()
    {
        await ServeAsync();
        var router = await StartAsync();
        await System.StartWorkerAsync("v1", Answer("v1"));
        var client = await System.StartClientAsync();
        await CallAsync(client);

        var names = new ObjectNames(System.Prefix);
        await using var connection = await System.OpenBroker().ConnectAsync("test", default);
        await connection.DeleteQueueAsync(names.Control, default);
        await connection.DeleteQueueAsync(names.ControlSnapshots, default);
        await Until(async () => (await router.HealthAsync()).StartsWith("Degraded", StringComparison.Ordinal), "the router says that it lost the log");
        Assert.Equal("v1", await CallAsync(client));
        await Until(async () => (await router.HealthAsync()).Contains("deleted and made anew", StringComparison.Ordinal), "the router says what became of the log");
        Assert.Equal("v1", await CallAsync(client));
        await Until(() => router.Follows, "the router follows the new log");
        Assert.StartsWith("Degraded", await router.HealthAsync(), StringComparison.Ordinal);
        Assert.Equal("v1", await CallAsync(client));
    }

    [Fact]
    public async Task What_waits_at_an_endpoint_that_is_removed_from_the_log_is_answered_and_its_queue_goes_whoever_of_the_routers_does_it()
    {
        await ServeAsync();
        await Operator.ChangeAsync(control => control.AddEndpoint("idle", new EndpointConfig()));
        FollowingRouter[] routers = [await StartAsync(), await StartAsync()];
        var client = await System.StartClientAsync();
        var calls = Enumerable.Range(0, 20).Select(_ => client.InvokeRawAsync("idle", new byte[] { 7 }).AsTask()).ToArray();
        await Until(async () => await System.CountWaitingAsync("idle") > 0, "the calls wait");

        await Operator.ChangeAsync(control => control.RemoveEndpoint("idle"));
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<BrokerServeException>(() => call.WaitAsync(ServingSystem.Patience));
            Assert.Equal("endpoint_removed", failure.Code);
        }

        await Until(async () => await System.CountWaitingAsync("idle") is null, "the queue is gone");
        Assert.All(routers, router => Assert.True(router.Follows));
    }

    [Fact]
    public async Task What_waits_at_an_endpoint_that_was_removed_while_no_router_ran_is_answered_by_the_next_one()
    {
        await Operator.ChangeAsync(control => control.AddEndpoint("idle", new EndpointConfig()));
        var router = await StartAsync();
        var client = await System.StartClientAsync();
        var call = client.InvokeRawAsync("idle", new byte[] { 7 }).AsTask();
        await Until(async () => await System.CountWaitingAsync("idle") == 1, "the call waits");
        await router.StopAsync();

        await Operator.ChangeAsync(control => control.RemoveEndpoint("idle"));
        await StartAsync();
        var failure = await Assert.ThrowsAsync<BrokerServeException>(() => call.WaitAsync(ServingSystem.Patience));
        Assert.Equal("endpoint_removed", failure.Code);
    }

    [Fact]
    public async Task What_waits_for_a_backend_that_is_removed_from_the_log_is_answered()
    {
        var endpoint = $"waits-for-removal-{Guid.NewGuid():N}"; // No other test of this process counts requests to it, nor this one on another broker.
        using var router = new Instruments("BrokerServe.Router");
        await ServeAsync();
        await Operator.ChangeAsync(control => control.AddEndpoint(endpoint, new EndpointConfig { Traffic = LogOperator.Shares(("v1", 1)) }));
        await StartAsync();
        var client = await System.StartClientAsync();
        var before = Admitted();
        var call = client.InvokeRawAsync(endpoint, new byte[] { 7 }).AsTask(); // There is no worker.
        await Until(() => Admitted() > before, "a router has the call");
        await Operator.ChangeAsync(
            control => control.SetTraffic(endpoint, LogOperator.Shares(("v2", 1))), control => control.SetTraffic("greet", LogOperator.Shares(("v2", 1))),
            control => control.RemoveBackend("v1"));
        var failure = await Assert.ThrowsAsync<BrokerServeException>(() => call.WaitAsync(ServingSystem.Patience));
        Assert.Equal("backend_removed", failure.Code);

        double Admitted() => router.Sum("brokerserve.router.requests", ("endpoint", endpoint));
    }

    [Fact]
    public async Task Traffic_that_goes_to_a_backend_with_a_replica_is_served_though_the_one_before_had_none()
    {
        await ServeAsync();
        await StartAsync();
        var client = await System.StartClientAsync();
        await System.StartWorkerAsync("v2", Answer("v2"));
        await Operator.ChangeAsync(control => control.SetTraffic("greet", LogOperator.Shares(("v2", 1)))); // While the router waits for who might serve v1.
        Assert.Equal("v2", await CallAsync(client));
    }

    [Fact]
    public async Task A_replica_that_is_drained_in_the_log_gets_nothing_new_until_that_is_undone()
    {
        await ServeAsync();
        FollowingRouter[] routers = [await StartAsync(), await StartAsync()];
        await System.StartWorkerAsync("v1", worker =>
        {
            worker.Replicas = 2;
            Answer("v1")(worker);
        });
        var client = await System.StartClientAsync();
        Assert.Equal(2, (await ReplicasAsync(client, atLeast: 2)).Count);

        var drained = (await ReplicasAsync(client, atLeast: 2)).First();
        await Operator.DrainAsync(drained, drained: true);
        await FollowedAsync(routers);
        Assert.DoesNotContain(drained, await ReplicasAsync(client, atLeast: 1));
        await Operator.DrainAsync(drained, drained: false);
        await FollowedAsync(routers);
        Assert.Contains(drained, await ReplicasAsync(client, atLeast: 2));
    }

    [Fact]
    public async Task A_backend_whose_only_replica_is_drained_has_none_in_the_reports_until_that_is_undone()
    {
        await ServeAsync();
        await StartAsync();
        await System.StartWorkerAsync("v1", Answer("v1"));
        var replica = (await ReplicasAsync(await System.StartClientAsync(), atLeast: 1)).Single();
        await using var reports = await ReportReader.StartAsync(System.OpenBroker(), new ObjectNames(System.Prefix));

        await Operator.DrainAsync(replica, drained: true);
        await reports.NextAsync(report => LookAt(report) == (0, ReplicaPhase.Draining));
        await Operator.DrainAsync(replica, drained: false);
        await reports.NextAsync(report => LookAt(report) == (1, ReplicaPhase.Serving));

        static (int Replicas, ReplicaPhase? Phase) LookAt(QueueLengthReport report) => (
            report.Backends.Single(row => row.Backend == "v1").Replicas,
            report.Work.Single(row => row.Backend == "v1").Replicas.SingleOrDefault()?.Phase);
    }

    [Fact]
    public async Task After_many_entries_a_router_writes_a_snapshot_with_which_others_begin()
    {
        await ServeAsync();
        FollowingRouter[] routers = [await StartAsync(), await StartAsync()];
        var all = await LongHistory.WriteAsync(System.OpenBroker(), System.Prefix, ControlFollower.EntriesPerSnapshot + 100);
        await Until(
            async () =>
            {
                await using var connection = await System.OpenBroker().ConnectAsync("test", default);
                var session = await ControlSession.OpenAsync(connection, new ObjectNames(System.Prefix), known: null, TimeProvider.System, default);
                await using (session)
                {
                    return session.SnapshotOffset >= ControlFollower.EntriesPerSnapshot && session.State.Hash == all.Hash;
                }
            },
            "a reader begins with a snapshot");
        Assert.All(routers, router => Assert.Equal(all.Hash, router.State!.Hash));
    }

    [Fact]
    public async Task Nobody_changes_a_router_that_follows_the_log_from_beside_it()
    {
        await ServeAsync();
        var router = await StartAsync();
        var refused = router.Control.SetTraffic("greet", LogOperator.Shares(("v2", 1)));
        Assert.Contains("serves what the control log says", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    /// <summary>An endpoint, two backends; all its traffic goes to the first.</summary>
    private Task ServeAsync() => Operator.ChangeAsync(
        control => control.ConfigureBackend("v1", new BackendConfig()),
        control => control.ConfigureBackend("v2", new BackendConfig()),
        control => control.AddEndpoint("greet", new EndpointConfig { Traffic = LogOperator.Shares(("v1", 1)) }));

    private async Task<FollowingRouter> StartAsync()
    {
        var router = await System.StartUnreadyRouterAsync(options => options.ControlLog = true);
        await router.IsReadyAsync();
        return router;
    }

    private async Task FollowedAsync(FollowingRouter[] routers)
    {
        var version = (await Operator.ReadAsync()).Version;
        await Until(() => routers.All(router => router.State!.Version == version), $"all routers have version {version}");
    }

    private static Action<BrokerServeWorkerOptions> Answer(string backend) => worker => worker.Handle<int, string>(_ => backend);

    private static async Task<string> CallAsync(IBrokerServeClient client) =>
        await client.InvokeAsync<int, string>("greet", 7).AsTask().WaitAsync(ServingSystem.Patience);

    /// <summary>Who answers: calls until so many different ones have, and then some more.</summary>
    private static async Task<ISet<string>> ReplicasAsync(IBrokerServeClient client, int atLeast)
    {
        var replicas = new HashSet<string>();
        for (var more = 50; more > 0;)
        {
            replicas.Add((await client.InvokeRawAsync("greet", new byte[] { 7 }).AsTask().WaitAsync(ServingSystem.Patience)).Replica!);
            more -= replicas.Count >= atLeast ? 1 : 0;
        }

        return replicas;
    }
}
