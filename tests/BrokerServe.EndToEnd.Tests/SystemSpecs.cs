using System.Collections.Concurrent;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Sessions;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Several routers, workers and backends together, and what happens when one of them goes.</summary>
public abstract class SystemSpecs : EndToEndSpecs
{
    [Fact]
    public async Task A_split_and_its_shadow_get_their_shares_and_the_shadow_is_never_heard()
    {
        const int Calls = 2_000;
        var shadowed = 0;
        await System.StartRouterAsync(options =>
        {
            options.Endpoints["greet"] = new EndpointConfig
            {
                Traffic = new Dictionary<string, double> { ["v1"] = 0.9, ["v2"] = 0.1 },
                Shadow = new Dictionary<string, double> { ["v3"] = 0.2 },
            };
            options.Backends["v1"] = options.Backends["v2"] = options.Backends["v3"] = new BackendConfig();
        });
        await System.StartWorkerAsync("v1", worker => worker.HandleRaw(query => query.Echo()));
        await System.StartWorkerAsync("v2", worker => worker.HandleRaw(query => query.Echo()));
        await System.StartWorkerAsync("v3", worker => worker.HandleRaw((_, _) =>
        {
            Interlocked.Increment(ref shadowed);
            throw new InvalidOperationException("A shadow that fails is nobody's business.");
        }));
        var client = await System.StartClientAsync();

        var replies = await CallManyAsync(client, "greet", Calls, concurrency: 64);

        Assert.Equal(Calls, replies.Count);
        var second = replies.Count(r => r.Backend == "v2");

        // Five standard deviations around the mean: one run in two million fails by chance.
        Assert.InRange(second, Calls * 0.1 - 5 * Math.Sqrt(Calls * 0.09), Calls * 0.1 + 5 * Math.Sqrt(Calls * 0.09));
        Assert.DoesNotContain(replies, r => r.Backend == "v3");
        await Until(() => Volatile.Read(ref shadowed) >= Calls * 0.2 - 5 * Math.Sqrt(Calls * 0.16), "the shadow saw its share");
        Assert.InRange(Volatile.Read(ref shadowed), 0, Calls * 0.2 + 5 * Math.Sqrt(Calls * 0.16));
    }

    [Fact(DisplayName = "Semantics 29: Stopping a worker drains: announce draining, wait until routers have stopped sending, finish, reply, leave.")]
    public async Task Stopping_a_worker_under_load_loses_and_fails_nothing()
    {
        await System.StartRouterAsync(Serving("work", "pool", backendConfig: new BackendConfig { MaxAttempts = 1 }));
        var first = await System.StartWorkerAsync("pool", worker => worker.HandleRaw(async (query, _) =>
        {
            await Task.Yield();
            return query.Echo();
        }));
        await System.StartWorkerAsync("pool", worker => worker.HandleRaw(query => query.Echo()));
        var client = await System.StartClientAsync();

        var load = CallManyAsync(client, "work", 3_000, concurrency: 32, progress: async calls =>
        {
            if (calls == 500)
            {
                await System.StopAsync(first);
            }
        });

        Assert.Equal(3_000, (await load).Count);
    }

    [Fact]
    public async Task Stopping_one_of_two_routers_under_load_loses_and_fails_nothing()
    {
        var first = await System.StartRouterAsync(Serving("work", "pool"));
        await System.StartRouterAsync(Serving("work", "pool"));
        await System.StartWorkerAsync("pool", worker => worker.HandleRaw(query => query.Echo()));
        var client = await System.StartClientAsync();

        var load = CallManyAsync(client, "work", 3_000, concurrency: 32, progress: async calls =>
        {
            if (calls == 500)
            {
                await System.StopAsync(first.Host);
            }
        });

        Assert.Equal(3_000, (await load).Count);
    }

    [Fact(DisplayName = "Semantics 2: A known endpoint without a policy: its requests wait, and are dispatched in order when the policy comes.")]
    public async Task Requests_wait_for_a_policy_and_are_dispatched_in_order_when_it_comes()
    {
        var order = new ConcurrentQueue<int>();
        var router = await System.StartRouterAsync(options =>
        {
            options.Endpoints["later"] = new EndpointConfig();
            options.Backends["sink"] = new BackendConfig();
        });
        await System.StartWorkerAsync("sink", worker =>
        {
            worker.MaxConcurrentQueries = 1;
            worker.Handle<int, int>(number =>
            {
                order.Enqueue(number);
                return number;
            });
        });
        var client = await System.StartClientAsync();
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync("later", i).AsTask().WaitAsync(ServingSystem.Patience);
        }

        Assert.Empty(order);
        Assert.True(router.Control.SetTraffic("later", new Dictionary<string, double> { ["sink"] = 1 }).Succeeded);

        await Until(() => order.Count == 20, "all requests that waited were dispatched");
        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    [Fact(DisplayName = "Semantics 10: Removing an endpoint by command: what waits is answered at once with endpoint_removed.")]
    public async Task Removing_an_endpoint_answers_what_waits_and_what_comes_later_finds_nothing()
    {
        var router = await System.StartRouterAsync(options =>
        {
            options.Endpoints["gone"] = new EndpointConfig();
            options.Backends["nobody"] = new BackendConfig();
        });
        var client = await System.StartClientAsync();
        await client.SendAsync("gone", 0).AsTask().WaitAsync(ServingSystem.Patience);
        var waiting = client.InvokeAsync<int, int>("gone", 1).AsTask();

        // A one-way request through the same client is confirmed after the call was published before it.
        await client.SendAsync("gone", 2).AsTask().WaitAsync(ServingSystem.Patience);
        Assert.True(router.Control.RemoveEndpoint("gone").Succeeded);

        var removed = await Assert.ThrowsAsync<BrokerServeException>(() => waiting.WaitAsync(ServingSystem.Patience));
        Assert.Equal(ReplyStatus.EndpointRemoved, removed.Status);
        await Until(async () =>
        {
            var error = await Assert.ThrowsAsync<BrokerServeException>(
                () => client.InvokeAsync<int, int>("gone", 3).AsTask().WaitAsync(ServingSystem.Patience));
            return error.Status == ReplyStatus.EndpointNotFound;
        }, "the removed endpoint became unknown");
    }

    [Fact(DisplayName = "Semantics 4: A backend without replicas: its requests wait; the first replica to join gets them.")]
    public async Task Requests_wait_for_the_first_replica()
    {
        await System.StartRouterAsync(Serving("late", "sleeper"));
        var client = await System.StartClientAsync();
        var call = client.InvokeAsync<int, int>("late", 7).AsTask();

        await System.StartWorkerAsync("sleeper", worker => worker.Handle<int, int>(number => number + 1));

        Assert.Equal(8, await call.WaitAsync(ServingSystem.Patience));
    }

    [Fact]
    public async Task The_queues_that_routers_share_are_of_the_type_that_is_set_and_a_router_that_wants_another_is_told()
    {
        await System.StartRouterAsync(options =>
        {
            Serving("greet", "v1")(options);
            options.SharedQueueType = QueueType.Quorum;
        });
        var client = await System.StartClientAsync();
        var names = new ObjectNames(System.Prefix);

        var unknown = await Assert.ThrowsAsync<BrokerServeException>(() => client.InvokeRawAsync("nobody", new byte[1]).AsTask().WaitAsync(ServingSystem.Patience));
        Assert.Equal("endpoint_not_found", unknown.Code);
        await client.SendAsync("nobody", 1).AsTask().WaitAsync(ServingSystem.Patience);
        await using var connection = await System.OpenBroker().ConnectAsync("test", default);
        await Until(async () => await connection.InspectQueueAsync(names.Dead, default) is { Ready: 1 }, "why the one-way request failed is in the dead queue");

        var mismatch = await Assert.ThrowsAsync<BrokerException>(() => Topology.DeclareSharedAsync(connection, names, QueueType.Classic, default));
        Assert.Equal(BrokerFault.TopologyMismatch, mismatch.Fault);
        Assert.Contains("Set SharedQueueType to its type", mismatch.Message, StringComparison.Ordinal);
    }

    private protected static async Task<IReadOnlyCollection<RawReply>> CallManyAsync(
        IBrokerServeClient client, string endpoint, int calls, int concurrency, Func<int, Task>? progress = null)
    {
        var replies = new ConcurrentBag<RawReply>();
        var next = 0;
        async Task CallAsync()
        {
            for (var number = Interlocked.Increment(ref next); number <= calls; number = Interlocked.Increment(ref next))
            {
                var reported = progress?.Invoke(number) ?? Task.CompletedTask;
                replies.Add(await client.InvokeRawAsync(endpoint, new byte[64]).AsTask().WaitAsync(ServingSystem.Patience));
                await reported;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => CallAsync()));
        return replies;
    }
}
