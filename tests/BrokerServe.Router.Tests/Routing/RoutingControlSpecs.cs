using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using static BrokerServe.Router.Tests.Routing.RoutingHarness;

namespace BrokerServe.Router.Tests.Routing;

public sealed class RoutingControlSpecs
{
    [Fact(DisplayName = "Semantics 2: A known endpoint without a policy: its requests wait (it is not consumed), and are dispatched when the policy comes")]
    public void An_endpoint_without_a_policy_is_known_and_not_consumed_until_the_policy_comes()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", new EndpointConfig()));
        Assert.Equal(["greet"], router.LastChange.EndpointsAdded);
        Assert.Null(router.Table.Endpoints["greet"].Policy);
        Assert.Equal(0, router.Table.Endpoints["greet"].Prefetch);

        Accepts(router.Control.SetTraffic("greet", Shares(("v1", 1))));

        Assert.Equal(["greet"], router.LastChange.EndpointsChanged);
        Assert.NotNull(router.Table.Endpoints["greet"].Policy);
        Assert.Equal(256 + 1_000 + 1_024, router.Table.Endpoints["greet"].Prefetch);
    }

    [Fact(DisplayName = "Semantics 5: The backend is chosen when the router admits the request. A later policy change does not move what was already chosen")]
    public void A_table_taken_at_the_door_keeps_choosing_as_it_did()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        var atTheDoor = router.Table;

        Accepts(router.Control.SetTraffic("greet", Shares(("v2", 1))));

        Assert.Equal("v1", Chosen(atTheDoor));
        Assert.Equal("v2", Chosen(router.Table));

        static string Chosen(RoutingTable table)
        {
            var policy = table.Endpoints["greet"].Policy!;
            return policy.Backends[policy.Choose(0.5)].Backend;
        }
    }

    [Fact(DisplayName = "Semantics 10: Removing an endpoint by command: what waits is answered at once with endpoint_removed")]
    public void An_endpoint_that_a_command_removes_is_told_as_removed()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));

        Accepts(router.Control.RemoveEndpoint("greet"));

        Assert.Equal(["greet"], router.LastChange.EndpointsRemoved);
        Assert.Empty(router.LastChange.EndpointsForgotten);
        Assert.Empty(router.Table.Endpoints);
    }

    [Fact]
    public void What_a_command_removed_is_known_as_such_until_it_is_added_again()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Accepts(router.Control.AddEndpoint("add", Traffic(("v1", 1))));
        Assert.False(router.Control.IsRemoved("greet"));

        Accepts(router.Control.RemoveEndpoint("greet"));
        Accepts(router.Control.ForgetEndpoint("add"));
        Assert.Equal((true, false), (router.Control.IsRemoved("greet"), router.Control.IsRemoved("add")));

        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Assert.False(router.Control.IsRemoved("greet"));
    }

    [Fact(DisplayName = "Semantics 10: a file that no longer names an endpoint only stops its consumption, and requeues")]
    public void An_endpoint_that_a_file_no_longer_names_is_told_as_forgotten()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Accepts(router.Control.AddEndpoint("add", Traffic(("v1", 1))));
        Accepts(router.Control.AddEndpoint("sub", Traffic(("v1", 1))));

        Accepts(router.Control.Apply(router.Control.Current with { Endpoints = new Dictionary<string, EndpointConfig> { ["add"] = Traffic(("v1", 1)) } }));
        Assert.Equal(["greet", "sub"], router.LastChange.EndpointsForgotten);
        Assert.Empty(router.LastChange.EndpointsRemoved);

        Accepts(router.Control.ForgetEndpoint("add"));
        Assert.Equal(["add"], router.LastChange.EndpointsForgotten);
        Assert.Empty(router.LastChange.EndpointsRemoved);
    }

    [Fact(DisplayName = "Semantics 10: A backend that any endpoint's traffic or shadow names cannot be removed: the error names those endpoints")]
    public void A_backend_that_endpoints_name_cannot_be_removed()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 0.9), ("v2", 0.1))));
        Accepts(router.Control.AddEndpoint("add", Traffic(("v1", 1)) with { Shadow = Shares(("v2", 0.05)) }));
        Accepts(router.Control.AddEndpoint("other", Traffic(("v1", 1))));
        Accepts(router.Control.AddEndpoint("zero", Traffic(("v1", 1), ("v2", 0))));

        Assert.Equal(
            "BrokerServe:Backends:v2: cannot be removed while traffic or shadows name it, at these endpoints: add, greet, zero; take it out there first",
            Refuses(router.Control.RemoveBackend("v2")));
        Assert.True(router.Table.Backends.ContainsKey("v2"));
    }

    [Fact(DisplayName = "Semantics 10: Removing a backend by command: what waits is answered at once with backend_removed")]
    public void A_backend_that_nobody_names_is_told_as_removed()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 0.9), ("v2", 0.1))));
        Accepts(router.Control.SetTraffic("greet", Shares(("v1", 1))));

        Accepts(router.Control.RemoveBackend("v2"));

        Assert.Equal(["v2"], router.LastChange.BackendsRemoved);
        Assert.Empty(router.LastChange.BackendsForgotten);
        Assert.Equal(["v1"], router.Table.Backends.Keys);
    }

    [Fact]
    public void A_backend_that_a_configuration_names_no_more_is_told_as_forgotten()
    {
        var router = new RoutingHarness("v1", "v2");

        Accepts(router.Control.Apply(router.Control.Current with
        {
            Backends = new Dictionary<string, BackendConfig> { ["v1"] = new() },
        }));

        Assert.Equal(["v2"], router.LastChange.BackendsForgotten);
        Assert.Empty(router.LastChange.BackendsRemoved);
    }

    [Fact]
    public void Removing_what_is_not_there_is_no_error_and_no_change()
    {
        var router = new RoutingHarness("v1");

        Assert.All(
            [router.Control.RemoveEndpoint("gone"), router.Control.ForgetEndpoint("gone"), router.Control.RemoveBackend("gone")],
            result => Assert.True(result is { Succeeded: true, Changed: false }));
        Assert.Empty(router.Told);
    }

    [Fact(DisplayName = "Semantics 24: A policy that names an unknown backend is refused")]
    public void A_policy_that_names_an_unknown_backend_is_refused()
    {
        var router = new RoutingHarness("greet-v1", "greet-v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("greet-v1", 1))));

        Assert.Equal(
            "BrokerServe:Endpoints:greet:Traffic: there is no backend gret-v1; did you mean greet-v1?",
            Refuses(router.Control.SetTraffic("greet", Shares(("gret-v1", 1)))));
        Assert.Equal(
            "BrokerServe:Endpoints:greet:Shadow: there is no backend other; known are greet-v1, greet-v2",
            Refuses(router.Control.SetShadow("greet", "other", 0.1)));
        Assert.Equal(
            "BrokerServe:Endpoints:add:Traffic: there is no backend other; known are greet-v1, greet-v2",
            Refuses(router.Control.AddEndpoint("add", Traffic(("other", 1)))));
        Assert.Equal(["greet"], router.Table.Endpoints.Keys);
    }

    [Fact]
    public void An_unknown_endpoint_has_no_traffic_shadows_or_settings_to_change()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", new EndpointConfig()));

        const string refused = "BrokerServe:Endpoints:gret: there is no such endpoint; did you mean greet?";
        Assert.Equal(refused, Refuses(router.Control.SetTraffic("gret", Shares(("v1", 1)))));
        Assert.Equal(refused, Refuses(router.Control.SetShadow("gret", "v1", 1)));
        Assert.Equal(refused, Refuses(router.Control.ConfigureEndpoint("gret", new EndpointConfig())));
    }

    [Fact]
    public void Adding_an_endpoint_twice_is_one_endpoint_and_with_other_settings_refused()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));

        Assert.True(router.Control.AddEndpoint("greet", Traffic(("v1", 1))) is { Succeeded: true, Changed: false });
        Assert.Equal(
            "BrokerServe:Endpoints:greet: is there already with other settings; configure it, or remove it first",
            Refuses(router.Control.AddEndpoint("greet", new EndpointConfig())));
    }

    [Fact]
    public void A_queue_keeps_its_type_for_life()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));

        Assert.StartsWith(
            "BrokerServe:Endpoints:greet:QueueType: cannot change from Classic to Quorum",
            Refuses(router.Control.ConfigureEndpoint("greet", new EndpointConfig { QueueType = QueueType.Quorum })));

        Accepts(router.Control.RemoveEndpoint("greet"));
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1)) with { QueueType = QueueType.Quorum }));
    }

    [Fact]
    public void A_configuration_with_any_error_changes_nothing_and_every_error_is_said()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        var before = router.Table;
        router.Told.Clear();

        var result = router.Control.Apply(new RouterConfig
        {
            Endpoints = new Dictionary<string, EndpointConfig>
            {
                ["add"] = Traffic(("v1", 1)),
                ["greet"] = Traffic(("v1", 0.5)),
                ["-bad"] = new EndpointConfig { DefaultTimeout = TimeSpan.FromHours(1) },
            },
            Backends = new Dictionary<string, BackendConfig> { ["v1"] = new() { MaxAttempts = 0 } },
        });

        Assert.Equal(4, result.Errors.Count);
        Assert.Same(before, router.Table);
        Assert.Empty(router.Told);
    }

    [Fact]
    public void What_the_caller_changes_afterwards_changes_nothing()
    {
        var router = new RoutingHarness("v1", "v2");
        var weights = Shares(("v1", 1));
        Accepts(router.Control.AddEndpoint("greet", new EndpointConfig()));
        Accepts(router.Control.SetTraffic("greet", weights));

        weights.Clear();

        Assert.Equal(Shares(("v1", 1)), router.Control.Current.Endpoints["greet"].Traffic!);
        Accepts(router.Control.ConfigureBackend("v2", new BackendConfig { MaxAttempts = 1 }));
    }

    [Fact]
    public void What_is_in_force_can_be_read_and_applied_again()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1)) with { Shadow = Shares(("v2", 0.5)), ForwardHeaders = ["x-*"] }));
        router.Told.Clear();

        Assert.True(router.Control.Apply(router.Control.Current) is { Succeeded: true, Changed: false });
        Assert.Empty(router.Told);
    }
}
