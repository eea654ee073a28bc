using CsCheck;
using static BrokerServe.Router.Tests.Routing.TrafficWeightSpecs;

namespace BrokerServe.Router.Tests.Routing;

public sealed class TrafficChoiceSpecs
{
    // Ordinal order is B, Z9, _x, a, v10, v2: not the order of any dictionary, culture or number.
    private static readonly string[] Names = ["v2", "v10", "a", "_x", "B", "Z9"];

    /// <summary>Whole parts of one, some of them 0, for some of the names, in any order.</summary>
    private static readonly Gen<(string Backend, double Weight)[]> Weights =
        from names in Gen.Shuffle(Names, 1, Names.Length)
        from parts in Gen.Frequency((1, Gen.Const(0)), (3, Gen.Int[1, 1_000])).Array[names.Length].Where(parts => parts.Any(p => p > 0))
        select names.Select((name, i) => (name, (double)parts[i] / parts.Sum())).ToArray();

    private static readonly Gen<double> Draws = Gen.Frequency((8, Gen.Double.Unit), (1, Gen.Const(0.0)), (1, Gen.Const(LastDraw)));

    [Fact(DisplayName = "Semantics 19: backends in ordinal name order; the first whose cumulative weight is above the draw")]
    public void The_first_backend_in_ordinal_order_whose_cumulative_weight_is_above_the_draw() =>
        Gen.Select(Weights, Draws).Sample((weights, draw) =>
        {
            var policy = Policy(weights);

            var cumulative = 0.0;
            var expected = weights.Where(w => w.Weight > 0).MaxBy(w => w.Backend, StringComparer.Ordinal).Backend;
            foreach (var (backend, weight) in weights.OrderBy(w => w.Backend, StringComparer.Ordinal))
            {
                cumulative += weight;
                if (cumulative > draw)
                {
                    expected = backend;
                    break;
                }
            }

            Assert.Equal(expected, policy.Choose(draw));
        });

    [Fact(DisplayName = "Semantics 18, 19: a backend of weight 0 is never chosen, whatever the draw")]
    public void A_backend_of_weight_0_is_never_chosen_whatever_the_draw() =>
        Gen.Select(Weights, Draws).Sample((weights, draw) =>
        {
            var chosen = Policy(weights).Choose(draw);
            Assert.True(weights.Single(w => w.Backend == chosen).Weight > 0, $"{chosen} was chosen.");
        });

    [Fact(DisplayName = "Semantics 19: over all draws, each backend is chosen as often as its weight says")]
    public void Over_all_draws_each_backend_is_chosen_as_often_as_its_weight_says() =>
        Weights.Sample(
            weights =>
            {
                const int draws = 1_000;
                var policy = Policy(weights);
                var chosen = Enumerable.Range(0, draws).CountBy(i => policy.Choose((double)i / draws)).ToDictionary();
                foreach (var (backend, weight) in weights)
                {
                    // An interval of length w holds w * draws of the equally spaced draws, give or take one.
                    Assert.InRange(chosen.GetValueOrDefault(backend), (weight * draws) - 1, (weight * draws) + 1);
                }
            },
            iter: 200);

    [Fact(DisplayName = "Semantics 19: One uniform draw in [0,1) per request")]
    public void The_split_of_a_hundred_thousand_requests_is_that_of_the_weights()
    {
        const int requests = 100_000;
        var policy = Policy(("v1", 0.6), ("v2", 0.3), ("v3", 0.1));
        var chance = new Random(20201207);

        var chosen = Enumerable.Range(0, requests).CountBy(_ => policy.Choose(Drawing.Of(null, chance).ForBackend())).ToDictionary();

        var distance = ChiSquare.Of([(chosen["v1"], 0.6 * requests), (chosen["v2"], 0.3 * requests), (chosen["v3"], 0.1 * requests)]);
        Assert.InRange(distance, 0, ChiSquare.OnceInAThousand[2]);
    }

    [Fact]
    public void A_choice_allocates_nothing()
    {
        var policy = Policy(("v1", 0.6), ("v2", 0.3), ("v3", 0.1)).Policy;
        var draws = Drawing.Of("user-1", new Random(1));
        policy.Choose(draws.ForBackend());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            policy.Choose(draws.ForBackend());
            draws.ForShadow("v3");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
