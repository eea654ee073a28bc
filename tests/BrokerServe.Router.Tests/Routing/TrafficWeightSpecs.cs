using System.Collections.Frozen;
using BrokerServe.Router.Routing;
using static BrokerServe.Router.Tests.Routing.RoutingHarness;

namespace BrokerServe.Router.Tests.Routing;

public sealed class TrafficWeightSpecs
{
    private static readonly FrozenDictionary<string, double> NoShadows = FrozenDictionary<string, double>.Empty;

    [Theory(DisplayName = "Semantics 18: Weights >= 0 whose sum is 1 within 1e-5")]
    [InlineData(1.0)]
    [InlineData(1 + 0.9e-5)]
    [InlineData(1 - 0.9e-5)]
    public void A_sum_within_the_tolerance_is_taken(double sum)
    {
        Assert.True(TrafficPolicy.TryCreate(Shares(("v1", 0.5), ("v2", sum - 0.5)), NoShadows, out _, out var errors));
        Assert.Empty(errors);
    }

    [Theory(DisplayName = "Semantics 18: another sum is refused with a message that prints the sum")]
    [InlineData(0.4, 0.500011, "the weights sum to 0.900011 (v1=0.4, v2=0.500011); they must sum to 1 within 0.00001")]
    [InlineData(0.9, 0.2, "the weights sum to 1.1 (v1=0.9, v2=0.2); they must sum to 1 within 0.00001")]
    [InlineData(0.5, 0.500011, "the weights sum to 1.000011 (v1=0.5, v2=0.500011); they must sum to 1 within 0.00001")]
    [InlineData(0.5, 0.499989, "the weights sum to 0.999989 (v1=0.5, v2=0.499989); they must sum to 1 within 0.00001")]
    [InlineData(0, 0, "the weights sum to 0 (v1=0, v2=0); they must sum to 1 within 0.00001")]
    public void Another_sum_is_refused_and_printed(double v1, double v2, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Errors(("v1", v1), ("v2", v2))));

    [Fact(DisplayName = "Semantics 18: an empty policy is refused")]
    public void An_empty_policy_is_refused() =>
        Assert.Equal("the traffic is empty, so its weights sum to 0; they must sum to 1 within 0.00001", Assert.Single(Errors()));

    [Fact(DisplayName = "Semantics 18: a negative weight is refused, and every other fault is said with it")]
    public void A_negative_weight_is_refused_also_when_the_sum_is_right() =>
        Assert.Equal("the weight of v1 is -0.5; it must be 0 or more", Assert.Single(Errors(("v1", -0.5), ("v2", 1.5))));

    [Fact]
    public void All_faults_of_the_weights_are_said_at_once() =>
        Assert.Equal(
            [
                "the weight of v1 is -0.5; it must be 0 or more",
                "the weight of v2 is -0.1; it must be 0 or more",
                "the weights sum to -0.6 (v1=-0.5, v2=-0.1); they must sum to 1 within 0.00001",
            ],
            Errors(("v2", -0.1), ("v1", -0.5)));

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_weight_that_is_no_number_is_refused(double weight, string printed) =>
        Assert.Contains($"the weight of v1 is {printed}; it must be 0 or more", Errors(("v1", weight), ("v2", 1)));

    [Fact(DisplayName = "Semantics 18: Weight 0 is legal and never chosen")]
    public void Weight_0_is_legal_and_never_chosen()
    {
        var policy = Policy(("a", 0), ("b", 0.5), ("c", 0), ("d", 0.5), ("e", 0));

        Assert.Equal("b", policy.Choose(0.0));
        Assert.Equal("b", policy.Choose(Math.BitDecrement(0.5)));
        Assert.Equal("d", policy.Choose(0.5));
        Assert.Equal("d", policy.Choose(LastDraw));
    }

    [Fact(DisplayName = "Semantics 18: A draw at the very end of the interval goes to the last backend with weight > 0")]
    public void A_draw_at_the_very_end_goes_to_the_last_backend_that_has_a_weight()
    {
        // Short of 1 by 0.9e-5: no cumulative weight is above the draw, which broke an assertion in the router of 2020.
        var policy = Policy(("a", 0.3), ("b", 0.7 - 0.9e-5), ("c", 0));

        Assert.Equal("b", policy.Choose(1 - 0.5e-5));
        Assert.Equal("b", policy.Choose(LastDraw));
    }

    [Fact]
    public void Ten_tenths_are_1_although_doubles_do_not_add_up_to_it()
    {
        var policy = Policy([.. Enumerable.Range(0, 10).Select(i => ($"v{i}", 0.1))]);

        Assert.Equal("v9", policy.Choose(LastDraw));
    }

    /// <summary>The largest draw there is: 1 - 2^-53.</summary>
    internal const double LastDraw = 1 - (1.0 / (1L << 53));

    internal static ChosenBy Policy(params (string Backend, double Weight)[] weights)
    {
        Assert.True(TrafficPolicy.TryCreate(Shares(weights), NoShadows, out var policy, out var errors), string.Join("; ", errors));
        return new ChosenBy(policy);
    }

    private static IReadOnlyList<string> Errors(params (string Backend, double Weight)[] weights)
    {
        Assert.False(TrafficPolicy.TryCreate(Shares(weights), NoShadows, out var policy, out var errors));
        Assert.Null(policy);
        return errors;
    }

    /// <summary>Speaks in names instead of indexes.</summary>
    internal sealed record ChosenBy(TrafficPolicy Policy)
    {
        public string Choose(double draw) => Policy.Backends[Policy.Choose(draw)].Backend;
    }
}
