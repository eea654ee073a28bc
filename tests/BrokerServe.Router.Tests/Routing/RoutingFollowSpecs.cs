using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using static BrokerServe.Router.Tests.Routing.RoutingHarness;

namespace BrokerServe.Router.Tests.Routing;

/// <summary>What a router puts in force of a control log whose authors do not know its limits, nor each other's changes.</summary>
public sealed class RoutingFollowSpecs
{
    private static readonly EndpointConfig Greet = Traffic(("v1", 1)) with { MaxTimeout = TimeSpan.FromMinutes(5) };

    private readonly RoutingHarness _router = new(new RouterOptions { BrokerConsumerTimeout = TimeSpan.FromMinutes(10), MaxBufferedBytes = 1024 * 1024 });
    private readonly Dictionary<string, EndpointConfig> _endpoints = new() { ["greet"] = Greet };
    private Dictionary<string, BackendConfig> _backends = new() { ["v1"] = new() };

    public RoutingFollowSpecs() => Assert.Empty(Follow());

    [Fact]
    public void An_endpoint_beyond_the_routers_limits_is_left_out_and_named_and_everything_else_follows()
    {
        _endpoints["slow"] = Greet with { MaxTimeout = TimeSpan.FromMinutes(20) };
        _endpoints["large"] = Greet with { MaxBodyBytes = 2 * 1024 * 1024 };
        _endpoints["more"] = Greet;
        _backends["v2"] = new();
        var faults = Follow();
        Assert.Equal(2, faults.Count);
        Assert.StartsWith("BrokerServe:Endpoints:large:MaxBodyBytes: is 2097152", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("BrokerServe:Endpoints:slow:MaxTimeout: is 20m", faults[1], StringComparison.Ordinal);
        Assert.Equal(["greet", "more"], _router.Table.Endpoints.Keys.Order());
        Assert.Equal(["v1", "v2"], _router.Table.Backends.Keys.Order());

        _endpoints["slow"] = Greet;
        _endpoints.Remove("large");
        Assert.Empty(Follow());
        Assert.Equal(["greet", "more", "slow"], _router.Table.Endpoints.Keys.Order());
    }

    [Fact]
    public void An_endpoint_that_changes_beyond_the_routers_limits_stays_as_it_was_with_the_backends_that_it_names()
    {
        _endpoints["greet"] = Traffic(("v2", 1)); // And 20 minutes, because its author said nothing of them.
        _endpoints["add"] = Greet with { Traffic = Shares(("v2", 1)) };
        _backends = new() { ["v2"] = new() };
        Assert.StartsWith("BrokerServe:Endpoints:greet:MaxTimeout: is 20m", Assert.Single(Follow()), StringComparison.Ordinal);
        Assert.True(_router.Table.Endpoints["greet"].Config.SaysTheSameAs(Greet.Settled()));
        Assert.Equal(["v1", "v2"], _router.Table.Backends.Keys.Order());
        Assert.Equal(["add"], _router.LastChange.EndpointsAdded);

        _endpoints["greet"] = Greet with { Traffic = Shares(("v2", 1)) };
        Assert.Empty(Follow());
        Assert.Equal(["v1"], _router.LastChange.BackendsRemoved);
    }

    [Fact]
    public void Of_two_backends_that_name_one_queue_the_one_that_had_it_keeps_it()
    {
        _backends["v2"] = new() { StaticReplicas = [new() { Queue = "rpc" }] };
        Assert.Empty(Follow());

        _backends["v1"] = new() { MaxAttempts = 1, StaticReplicas = [new() { Queue = "rpc" }] }; // Before v2 in the order of names.
        _backends["v3"] = new() { StaticReplicas = [new() { Queue = "rpc" }, new() { Queue = "old" }] };
        _backends["v4"] = new() { StaticReplicas = [new() { Queue = "old" }] }; // Nobody has it: v3 is left out.
        _endpoints["add"] = Greet with { Traffic = Shares(("v3", 1)) };
        var faults = Follow();
        Assert.Equal(3, faults.Count);
        Assert.StartsWith("BrokerServe:Backends:v1:StaticReplicas:0:Queue: \"rpc\" is a replica already", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("BrokerServe:Backends:v3:StaticReplicas:0:Queue: \"rpc\" is a replica already", faults[1], StringComparison.Ordinal);
        Assert.Equal("BrokerServe:Endpoints:add: names backends that this router cannot put in force: v3", faults[2]);
        Assert.Equal(["v1", "v2", "v4"], _router.Table.Backends.Keys.Order());
        Assert.Equal((3, 0), (_router.Table.Backends["v1"].MaxAttempts, _router.Table.Backends["v1"].Config.StaticReplicas.Count));
        Assert.Equal(["greet"], _router.Table.Endpoints.Keys);
    }

    [Fact]
    public void A_backend_whose_bounds_an_endpoint_that_names_it_has_no_room_for_stays_as_it_was()
    {
        _backends["v1"] = new() { MaxQueuedQueries = 65_000 };
        _backends["v2"] = new() { MaxAttempts = 1 };
        var fault = Assert.Single(Follow());
        Assert.StartsWith("BrokerServe:Backends:v1: cannot be so while an endpoint sends there: BrokerServe:Endpoints:greet:Traffic: ", fault, StringComparison.Ordinal);
        Assert.Equal((1_000, 1), (_router.Table.Backends["v1"].MaxQueuedQueries, _router.Table.Backends["v2"].MaxAttempts));
    }

    [Fact]
    public void An_endpoint_and_its_backend_that_two_authors_changed_too_far_together_do_not_both_follow()
    {
        _backends["v1"] = new() { MaxQueuedQueries = 40_000 };
        _backends["v2"] = new() { MaxQueuedQueries = 40_000 };
        _endpoints["greet"] = Greet with { Traffic = Shares(("v1", 0.5), ("v2", 0.5)) };
        Assert.StartsWith("BrokerServe:Endpoints:greet:Traffic: its prefetch would be 82304", Assert.Single(Follow()), StringComparison.Ordinal);
        Assert.Equal(40_000, _router.Table.Backends["v1"].MaxQueuedQueries);
        Assert.Equal(["v1"], _router.Table.Endpoints["greet"].Config.Traffic!.Keys);
        Assert.Equal(256 + 40_000 + 1_024, _router.Table.Endpoints["greet"].Prefetch);
    }

    [Fact]
    public void A_router_that_knew_nothing_before_serves_all_that_it_can()
    {
        var late = new RoutingHarness(new RouterOptions { BrokerConsumerTimeout = TimeSpan.FromMinutes(10) });
        _endpoints["slow"] = Traffic(("v1", 1));
        _backends["bad name"] = new();
        var (changed, faults) = late.Control.Follow(new RouterConfig { Endpoints = _endpoints, Backends = _backends }, []);
        Assert.Equal((true, 2), (changed, faults.Count));
        Assert.Equal(["greet"], late.Table.Endpoints.Keys);
        Assert.Equal(["v1"], late.Table.Backends.Keys);
    }

    [Fact]
    public void An_endpoint_that_came_again_with_another_queue_and_cannot_be_in_force_is_given_back_and_not_removed()
    {
        _endpoints["greet"] = Traffic(("v1", 1)) with { QueueType = QueueType.Quorum };
        Assert.Single(Follow());
        Assert.Empty(_router.Table.Endpoints);
        Assert.Equal((0, "greet"), (_router.LastChange.EndpointsRemoved.Length, Assert.Single(_router.LastChange.EndpointsForgotten)));
        Assert.True(_router.Control.Knows("greet")); // Other routers serve it: its queue is not this one's to remove.

        _endpoints.Remove("greet");
        Assert.Empty(Follow());
        Assert.False(_router.Control.Knows("greet"));
    }

    private IReadOnlyList<string> Follow() =>
        _router.Control.Follow(new RouterConfig { Endpoints = _endpoints, Backends = _backends }, forgotten: []).Faults;
}
