using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Compares who answered with the weights that were in force, change by change and over all of them.</summary>
internal sealed class StormSplit
{
    // What chance alone exceeds once in 10^9 comparisons: a run makes some thousands.
    private static readonly double Bound = Math.Log(1e9);

    private readonly Dictionary<string, (double Excess, double Variance)> _all = [];

    /// <summary>Calls that were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>Changes with calls to compare.</summary>
    public int Windows { get; private set; }

    /// <summary>Compares the calls that were begun after a change was in force and answered before the next one was written.</summary>
    public void Compare(IReadOnlyDictionary<string, double> weights, IReadOnlyCollection<StormLoad.Call> calls, string change)
    {
        Compared += calls.Count;
        Windows += calls.Count > 0 ? 1 : 0;
        var counts = calls.CountBy(call => call.Backend).ToDictionary();
        Assert.Equal([], counts.Keys.Except(weights.Keys)); // Nobody who has no weight.
        foreach (var (backend, weight) in weights.Where(_ => calls.Count > 0))
        {
            var count = counts.GetValueOrDefault(backend);
            Assert.True(
                Surprise(count, calls.Count, weight) <= Bound, $"{change}: {backend} got {count} of {calls.Count}, and its weight is {weight}");
            var (excess, variance) = _all.GetValueOrDefault(backend);
            _all[backend] = (excess + count - (calls.Count * weight), variance + (calls.Count * weight * (1 - weight)));
        }
    }

    /// <summary>Over all changes together no backend may have more or less than its weights by more than five standard deviations.</summary>
    public void CompareAll() => Assert.All(_all, backend => Assert.True(
        Math.Abs(backend.Value.Excess) <= 5 * Math.Sqrt(backend.Value.Variance),
        $"{backend.Key} got {backend.Value.Excess:+0;-0} calls against its weights; a standard deviation is {Math.Sqrt(backend.Value.Variance):0}"));

    // Chernoff's bound: the chance of a share as far from its weight as this is at most e to the minus this. Exact for small numbers, too.
    private static double Surprise(int count, int of, double weight)
    {
        var share = (double)count / of;
        return of * (Part(share, weight) + Part(1 - share, 1 - weight));
    }

    private static double Part(double share, double weight) => share == 0 ? 0 : weight == 0 ? double.PositiveInfinity : share * Math.Log(share / weight);
}
