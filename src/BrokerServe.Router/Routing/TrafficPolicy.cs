using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BrokerServe.Router.Routing;

/// <summary>Which backend a request goes to, and which get copies. Immutable and pure: the draws come from the caller.</summary>
/// <remarks>
/// Weights are added in ordinal order of the names, in doubles, without normalising. That, the draw and its hash are all there is to the
/// choice, so that every router, version and language chooses alike.
/// </remarks>
internal sealed class TrafficPolicy
{
    /// <summary>How far from 1 the sum may be: room for weights written as decimals, such as three times 0.33333.</summary>
    public const double SumTolerance = 1e-5;

    private readonly TrafficShare[] _backends;
    private readonly double[] _cumulative; // _cumulative[i] = the weights 0..i added up.
    private readonly int _last; // The last backend of weight > 0: where the rest of the interval goes when the sum is short of 1.

    private TrafficPolicy(TrafficShare[] backends, ShadowShare[] shadows)
    {
        _backends = backends;
        _cumulative = new double[backends.Length];
        Shadows = ImmutableArray.Create(shadows);

        var sum = 0d;
        for (var i = 0; i < backends.Length; i++)
        {
            sum += backends[i].Weight;
            _cumulative[i] = sum;
            _last = backends[i].Weight > 0 ? i : _last;
        }
    }

    /// <summary>All backends that the traffic names, in ordinal order, those of weight 0 included.</summary>
    public ReadOnlySpan<TrafficShare> Backends => _backends;

    /// <summary>Backends that get copies, in ordinal order; only proportions above 0.</summary>
    public ImmutableArray<ShadowShare> Shadows { get; }

    /// <summary>Makes a policy, or says everything that is wrong with it.</summary>
    /// <param name="weights">Weights of 0 or more that sum to 1 within <see cref="SumTolerance"/>.</param>
    /// <param name="shadows">Proportions from 0 to 1, each for itself.</param>
    /// <param name="policy">The policy; null when this returns false.</param>
    /// <param name="errors">One sentence for each fault; empty when this returns true.</param>
    public static bool TryCreate(
        IReadOnlyDictionary<string, double> weights,
        IReadOnlyDictionary<string, double> shadows,
        [NotNullWhen(true)] out TrafficPolicy? policy,
        out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        CheckWeights(weights, found);
        CheckShadows(shadows, found);
        errors = found;
        policy = found.Count > 0 ? null : new TrafficPolicy(
            [.. weights.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => new TrafficShare(w.Key, w.Value))],
            [.. shadows.Where(s => s.Value > 0).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new ShadowShare(s.Key, s.Value))]);
        return policy is not null;
    }

    /// <summary>Chooses by cumulative weight: the first backend whose cumulative weight is above the draw. Allocates nothing.</summary>
    /// <param name="draw">From 0 up to, not including, 1: uniform, or <see cref="ShardHash.Draw(ReadOnlySpan{byte})"/> of a shard key.</param>
    /// <returns>An index into <see cref="Backends"/>; never that of a weight of 0.</returns>
    public int Choose(double draw)
    {
        Debug.Assert(draw is >= 0 and < 1, "A draw is from 0 up to, not including, 1.");

        // A scan: policies have a handful of backends, and below some thirty entries nothing beats it.
        for (var i = 0; i < _cumulative.Length; i++)
        {
            if (_cumulative[i] > draw)
            {
                return i;
            }
        }

        return _last;
    }

    /// <summary>Everything that is wrong with the weights; what is right adds nothing.</summary>
    public static void CheckWeights(IReadOnlyDictionary<string, double> weights, ICollection<string> errors)
    {
        if (weights.Count == 0)
        {
            errors.Add("the traffic is empty, so its weights sum to 0; they must sum to 1 within 0.00001");
            return;
        }

        var wrong = weights.Where(w => !double.IsFinite(w.Value) || w.Value < 0).OrderBy(w => w.Key, StringComparer.Ordinal).ToArray();
        foreach (var (backend, weight) in wrong)
        {
            errors.Add($"the weight of {backend} is {Print(weight)}; it must be 0 or more");
        }

        var sum = weights.OrderBy(w => w.Key, StringComparer.Ordinal).Sum(w => w.Value);
        if (!(Math.Abs(sum - 1) <= SumTolerance))
        {
            errors.Add($"the weights sum to {PrintSum(sum)} ({PrintAll(weights)}); they must sum to 1 within 0.00001");
        }
    }

    /// <summary>Everything that is wrong with the proportions; what is right adds nothing.</summary>
    public static void CheckShadows(IReadOnlyDictionary<string, double> shadows, ICollection<string> errors)
    {
        foreach (var (backend, proportion) in shadows.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (proportion is not (>= 0 and <= 1))
            {
                errors.Add($"the proportion of {backend} is {Print(proportion)}; it must be from 0 to 1");
            }
        }
    }

    private static string PrintAll(IReadOnlyDictionary<string, double> weights) =>
        string.Join(", ", weights.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => $"{w.Key}={Print(w.Value)}"));

    private static string Print(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // Ten digits: enough to show what breaks the tolerance, and 0.9 + 0.2 still reads 1.1.
    private static string PrintSum(double sum) => sum.ToString("G10", CultureInfo.InvariantCulture);
}
