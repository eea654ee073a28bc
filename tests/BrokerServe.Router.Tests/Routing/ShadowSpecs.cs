using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using static BrokerServe.Router.Tests.Routing.RoutingHarness;

namespace BrokerServe.Router.Tests.Routing;

public sealed class ShadowSpecs
{
    private const int Requests = 100_000;

    [Theory(DisplayName = "Semantics 21: each shadow backend with proportion p gets a copy of a request with probability p")]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_shadow_gets_its_proportion(bool withShardKeys)
    {
        var routed = Route(withShardKeys);

        var (s1, s2) = (routed.Count(r => r.S1), routed.Count(r => r.S2));
        Assert.InRange(ChiSquare.Of([(s1, 0.05 * Requests), (Requests - s1, 0.95 * Requests)]), 0, ChiSquare.OnceInAThousand[1]);
        Assert.InRange(ChiSquare.Of([(s2, 0.3 * Requests), (Requests - s2, 0.7 * Requests)]), 0, ChiSquare.OnceInAThousand[1]);
    }

    [Theory(DisplayName = "Semantics 21: drawn independently of the primary's choice and of the other shadows")]
    [InlineData(false)]
    [InlineData(true)]
    public void Shadows_are_drawn_independently_of_the_primary_and_of_each_other(bool withShardKeys)
    {
        var routed = Route(withShardKeys);

        AssertIndependent(routed.Select(r => (r.Primary, r.S1)));
        AssertIndependent(routed.Select(r => (r.Primary, r.S2)));
        AssertIndependent(routed.Select(r => (r.S1, r.S2)));
    }

    [Theory(DisplayName = "Semantics 21: p outside [0,1] is refused")]
    [InlineData(-0.01, "-0.01")]
    [InlineData(1.01, "1.01")]
    [InlineData(double.NaN, "NaN")]
    public void A_proportion_outside_0_to_1_is_refused(double proportion, string printed)
    {
        var router = new RoutingHarness("v1", "v3");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));

        Assert.Equal(
            $"BrokerServe:Endpoints:greet:Shadow: the proportion of v3 is {printed}; it must be from 0 to 1",
            Refuses(router.Control.SetShadow("greet", "v3", proportion)));
        Assert.Empty(router.Table.Endpoints["greet"].Policy!.Shadows);
    }

    [Fact(DisplayName = "Semantics 21: p = 0 removes it")]
    public void A_proportion_of_0_removes_the_shadow()
    {
        var router = new RoutingHarness("v1", "v3", "v4");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Accepts(router.Control.SetShadow("greet", "v3", 0.5));
        Accepts(router.Control.SetShadow("greet", "v4", 0.5));

        Accepts(router.Control.SetShadow("greet", "v3", 0));

        Assert.Equal([new ShadowShare("v4", 0.5)], router.Table.Endpoints["greet"].Policy!.Shadows);
        Accepts(router.Control.RemoveBackend("v3"));
    }

    [Fact]
    public void A_shadow_of_proportion_0_in_a_file_is_none()
    {
        var router = new RoutingHarness("v1", "v3");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1)) with { Shadow = Shares(("v3", 0)) }));

        Assert.Empty(router.Table.Endpoints["greet"].Policy!.Shadows);
        Accepts(router.Control.RemoveBackend("v3"));
    }

    [Fact]
    public void A_proportion_of_1_copies_every_request_and_one_just_above_0_hardly_any()
    {
        Assert.True(new ShadowShare("v3", 1).Takes(TrafficWeightSpecs.LastDraw));
        Assert.True(new ShadowShare("v3", double.Epsilon).Takes(0));
        Assert.False(new ShadowShare("v3", 0.5).Takes(0.5));
    }

    [Fact(DisplayName = "Semantics 22: A shadow copy never affects the caller: its own bound (1,000 and 16 MiB), and it holds no delivery")]
    public void Shadows_have_bounds_of_their_own_and_no_part_in_the_prefetch()
    {
        var router = new RoutingHarness("v1", "v3");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        var prefetch = router.Table.Endpoints["greet"].Prefetch;

        Accepts(router.Control.SetShadow("greet", "v3", 1));

        Assert.Equal(prefetch, router.Table.Endpoints["greet"].Prefetch);
        Assert.Equal(1_000, router.Table.Backends["v3"].ShadowMaxQueued);
        Assert.Equal(16 * 1024 * 1024, router.Table.Backends["v3"].ShadowMaxBytes);
    }

    [Fact(DisplayName = "Semantics 23: Setting the weights keeps the shadows; shadows have their own call")]
    public void Setting_the_weights_keeps_the_shadows()
    {
        var router = new RoutingHarness("v1", "v2", "v3");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1))));
        Accepts(router.Control.SetShadow("greet", "v3", 0.05));

        Accepts(router.Control.SetTraffic("greet", Shares(("v1", 0.9), ("v2", 0.1))));

        Assert.Equal([new ShadowShare("v3", 0.05)], router.Table.Endpoints["greet"].Policy!.Shadows);
        Assert.Equal([new("v1", 0.9), new("v2", 0.1)], router.Table.Endpoints["greet"].Policy!.Backends.ToArray());
    }

    [Fact]
    public void Configuring_an_endpoint_without_a_word_of_traffic_keeps_traffic_and_shadows()
    {
        var router = new RoutingHarness("v1", "v3");
        Accepts(router.Control.AddEndpoint("greet", Traffic(("v1", 1)) with { Shadow = Shares(("v3", 0.05)) }));

        Accepts(router.Control.ConfigureEndpoint("greet", new EndpointConfig { DefaultTimeout = TimeSpan.FromSeconds(5) }));

        var greet = router.Table.Endpoints["greet"];
        Assert.Equal(TimeSpan.FromSeconds(5), greet.DefaultTimeout);
        Assert.Equal([new ShadowShare("v3", 0.05)], greet.Policy!.Shadows);
    }

    [Fact]
    public void A_shadow_that_is_set_before_the_traffic_begins_with_it()
    {
        var router = new RoutingHarness("v1", "v3");
        Accepts(router.Control.AddEndpoint("greet", new EndpointConfig()));
        Accepts(router.Control.SetShadow("greet", "v3", 0.05));
        Assert.Null(router.Table.Endpoints["greet"].Policy);

        Accepts(router.Control.SetTraffic("greet", Shares(("v1", 1))));

        Assert.Equal([new ShadowShare("v3", 0.05)], router.Table.Endpoints["greet"].Policy!.Shadows);
    }

    private static void AssertIndependent(IEnumerable<(bool, bool)> answers) =>
        Assert.InRange(ChiSquare.OfIndependence([.. answers]), 0, ChiSquare.OnceInAThousand[1]);

    private static List<(bool Primary, bool S1, bool S2)> Route(bool withShardKeys)
    {
        Assert.True(TrafficPolicy.TryCreate(Shares(("v1", 0.7), ("v2", 0.3)), Shares(("s1", 0.05), ("s2", 0.3)), out var policy, out _));
        var chance = new Random(1721);
        return [.. ShardHashSpecs.Keys(Requests).Select(key =>
        {
            var draws = Drawing.Of(withShardKeys ? key : null, chance);
            return (policy.Choose(draws.ForBackend()) == 0, Takes(policy.Shadows[0], draws), Takes(policy.Shadows[1], draws));
        })];
    }

    private static bool Takes(ShadowShare shadow, RequestDraws draws) => shadow.Takes(draws.ForShadow(shadow.Backend));
}
