using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using static BrokerServe.Router.Tests.Routing.RoutingHarness;

namespace BrokerServe.Router.Tests.Routing;

public sealed class RoutingObserverSpecs
{
    [Fact]
    public void An_observer_hears_of_everything_that_was_there_before_it_as_one_change()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        router.Control.Detach();
        router.Told.Clear();

        router.Control.Attach(router);

        var (before, after, change) = Assert.Single(router.Told);
        Assert.Empty(before.Endpoints);
        Assert.Same(router.Table, after);
        Assert.Equal(["greet"], change.EndpointsAdded);
        Assert.Equal(["v1", "v2"], change.BackendsAdded);
    }

    [Fact]
    public void An_observer_that_was_detached_hears_nothing_and_there_is_only_one()
    {
        var router = new RoutingHarness("v1");
        Assert.Throws<InvalidOperationException>(() => router.Control.Attach(router));

        router.Control.Detach();
        Accepts(router.Control.ConfigureBackend("v2", new BackendConfig()));

        Assert.Empty(router.Told);
    }

    [Fact]
    public void What_did_not_change_keeps_its_model()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Accepts(router.Control.AddEndpoint("add", Traffic(("v2", 1))));
        var before = router.Table;

        Accepts(router.Control.ConfigureBackend("v2", new BackendConfig { MaxConcurrentQueries = 4 }));

        Assert.Equal(["v2"], router.LastChange.BackendsChanged);
        Assert.Empty(router.LastChange.EndpointsChanged);
        Assert.Same(before.Endpoints["add"], router.Table.Endpoints["add"]);
        Assert.Same(before.Backends["v1"], router.Table.Backends["v1"]);
        Assert.NotSame(before.Backends["v2"], router.Table.Backends["v2"]);
    }

    [Fact]
    public void A_bound_of_a_backend_changes_the_endpoints_whose_prefetch_it_is_part_of()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Accepts(router.Control.AddEndpoint("add", Traffic(("v2", 1))));

        Accepts(router.Control.ConfigureBackend("v2", new BackendConfig { MaxQueuedQueries = 10 }));

        Assert.Equal(["add"], router.LastChange.EndpointsChanged);
        Assert.Equal(256 + 10 + 1_024, router.Table.Endpoints["add"].Prefetch);
    }

    [Fact]
    public void Every_setting_of_an_endpoint_that_changes_is_told()
    {
        var router = new RoutingHarness("v1", "v2");
        var config = Traffic(("v1", 1));
        Accepts(router.Control.AddEndpoint("greet", config));

        // The type of the queue is the one setting that cannot change.
        EndpointConfig[] changes =
        [
            config with { Traffic = Shares(("v1", 0.5), ("v2", 0.5)) },
            config with { Shadow = Shares(("v2", 0.5)) },
            config with { Delivery = DeliveryGuarantee.AtMostOnce },
            config with { CoalesceRequests = false },
            config with { DefaultTimeout = TimeSpan.FromSeconds(1) },
            config with { MaxTimeout = TimeSpan.FromMinutes(1) },
            config with { MaxBodyBytes = 1 },
            config with { ForwardHeaders = ["baggage", "meta-*"] },
            config with { MaxMetadataBytes = 1 },
        ];
        Assert.Equal(Setting.Of(typeof(EndpointConfig)).Count - 1, changes.Length);

        foreach (var change in changes)
        {
            Accepts(router.Control.Apply(router.Control.Current with { Endpoints = new Dictionary<string, EndpointConfig> { ["greet"] = config } }));
            router.Told.Clear();
            Accepts(router.Control.Apply(router.Control.Current with { Endpoints = new Dictionary<string, EndpointConfig> { ["greet"] = change } }));
            Assert.Equal(["greet"], Assert.Single(router.Told).Change.EndpointsChanged);
        }
    }

    [Fact]
    public async Task Changes_of_many_threads_are_told_one_at_a_time_and_in_order()
    {
        const int threads = 4, changes = 200;
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        router.Told.Clear();
        var first = router.Table;

        // The harness writes to a plain list, and asserts in each call that the table it is told is the one in force.
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < changes; i++)
            {
                Accepts(router.Control.ConfigureBackend($"b{thread}", new BackendConfig { MaxQueuedQueries = i + 1 }));
            }
        })));

        Assert.Equal(threads * changes, router.Told.Count);
        Assert.Same(first, router.Told[0].Before);
        Assert.All(router.Told.Zip(router.Told.Skip(1)), pair => Assert.Same(pair.First.After, pair.Second.Before));
        Assert.Same(router.Table, router.Told[^1].After);
    }
}
