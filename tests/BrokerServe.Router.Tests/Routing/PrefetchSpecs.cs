using BrokerServe.Router.Configuration;
using static BrokerServe.Router.Tests.Routing.RoutingHarness;

namespace BrokerServe.Router.Tests.Routing;

public sealed class PrefetchSpecs
{
    [Fact(DisplayName = "Semantics 15: the prefetch is 256 + what may wait and be in flight at each backend of the traffic")]
    public void The_prefetch_is_256_and_what_may_wait_and_be_in_flight_at_each_backend()
    {
        var router = new RoutingHarness("v1", "v2");
        Accepts(router.Control.ConfigureBackend("v2", new BackendConfig { MaxQueuedQueries = 50, MaxInFlight = 7 }));

        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1), ("v2", 0))));

        Assert.Equal(256 + (1_000 + 1_024) + (50 + 7), router.Table.Endpoints["greet"].Prefetch);
    }

    [Fact(DisplayName = "Semantics 15: Backlog bound per router and (endpoint, backend): a prefetch above 65,535 is refused, and the sum printed")]
    public void A_prefetch_that_AMQP_cannot_say_is_refused_with_the_sum_and_what_to_lower()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.ConfigureBackend("big", new BackendConfig { MaxQueuedQueries = 63_000 }));

        Assert.Equal(
            "BrokerServe:Endpoints:greet:Traffic: its prefetch would be 66304 = 256 + big (MaxQueuedQueries 63000 + MaxInFlight 1024) "
            + "+ v1 (MaxQueuedQueries 1000 + MaxInFlight 1024), and AMQP allows 65535; "
            + "lower MaxQueuedQueries or MaxInFlight of these backends by 769 in all",
            Refuses(router.Control.AddEndpoint("greet", Traffic(("v1", 0.5), ("big", 0.5)))));
    }

    [Fact]
    public void A_prefetch_of_65535_is_taken_and_one_more_refused()
    {
        var router = new RoutingHarness("v1");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));

        Accepts(router.Control.ConfigureBackend("v1", new BackendConfig { MaxQueuedQueries = 65_535 - 256 - 1_024 }));
        Assert.Equal(65_535, router.Table.Endpoints["greet"].Prefetch);

        Assert.Contains("would be 65536", Refuses(router.Control.ConfigureBackend("v1", new BackendConfig { MaxQueuedQueries = 65_536 - 256 - 1_024 })));
    }
}
