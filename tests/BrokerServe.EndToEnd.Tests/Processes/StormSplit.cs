using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>Compares who answered with the weights that were in force, change by change and over all of them.</summary>
/// <param name="changes">In their order; the first is what the router started with.</param>
/// <param name="seed">Said when something is wrong.</param>
internal sealed class StormSplit(IReadOnlyList<StormChange> changes, string seed)
{
    // What chance alone exceeds once in 10^9 comparisons: a run makes some thousands.
    private static readonly double Bound = Math.Log(1e9);

    private readonly Dictionary<string, (double Excess, double Variance)> _all = [];

    /// <summary>Calls that were compared with the weights of one change.</summary>
    public int Compared { get; private set; }

    /// <summary>Changes that were in force, and had calls, before the next one came.</summary>
    public int Followed => changes.Skip(1).Count(change => change.InForce is not null);

    /// <summary>Compares, for each change, the calls that were begun after it was in force and answered before the next one was written.</summary>
    /// <param name="calls">In the order in which they were begun.</param>
    public void CompareEach(IReadOnlyList<StormLoad.Call> calls)
    {
        var next = 0;
        foreach (var change in changes.Skip(1).Where(change => change.InForce is not null))
        {
            while (next < calls.Count && calls[next].Begun < change.InForce)
            {
                next++;
            }

            var own = calls.Skip(next).TakeWhile(call => call.Begun <= change.Ended).Where(call => call.Answered <= change.Ended).ToArray();
            Assert.NotEmpty(own);
            Compare(change.Scene, own);
        }
    }

    /// <summary>Who answered each call, those that a change came across included, has a weight in some scene that was in force meanwhile.</summary>
    /// <param name="calls">In the order in which they were begun.</param>
    public void CompareCrossing(IReadOnlyList<StormLoad.Call> calls)
    {
        var oldest = 0; // The newest change that certainly was in force when the call was begun.
        foreach (var call in calls)
        {
            for (var later = oldest + 1; later < changes.Count && changes[later].Written <= call.Begun; later++)
            {
                oldest = changes[later].InForce <= call.Begun ? later : oldest;
            }

            var possible = changes.Skip(oldest).TakeWhile((change, index) => index == 0 || change.Written <= call.Answered);
            Assert.True(
                possible.Any(change => change.Scene.Weights.ContainsKey(call.Backend)),
                $"{seed}: {call.Backend} answered a call, and had no weight between its begin and its end");
        }
    }

    /// <summary>Over all changes together no backend may have more or less than its weights by more than five standard deviations.</summary>
    public void CompareAll() => Assert.All(_all, backend => Assert.True(
        Math.Abs(backend.Value.Excess) <= 5 * Math.Sqrt(backend.Value.Variance),
        $"{backend.Key} got {backend.Value.Excess:+0;-0} calls against its weights; a standard deviation is {Math.Sqrt(backend.Value.Variance):0}"));

    private void Compare(StormScene scene, StormLoad.Call[] calls)
    {
        Compared += calls.Length;
        var counts = calls.CountBy(call => call.Backend).ToDictionary();
        Assert.Equal([], counts.Keys.Except(scene.Weights.Keys)); // Nobody who has no weight.
        foreach (var (backend, weight) in scene.Weights)
        {
            var count = counts.GetValueOrDefault(backend);
            Assert.True(
                Surprise(count, calls.Length, weight) <= Bound,
                $"{seed}, {scene.Json}: {backend} got {count} of {calls.Length}, and its weight is {weight}");
            var (excess, variance) = _all.GetValueOrDefault(backend);
            _all[backend] = (excess + count - (calls.Length * weight), variance + (calls.Length * weight * (1 - weight)));
        }
    }

    // Chernoff's bound: the chance of a share as far from its weight as this is at most e to the minus this. Exact for small numbers, too.
    private static double Surprise(int count, int of, double weight)
    {
        var share = (double)count / of;
        return of * (Part(share, weight) + Part(1 - share, 1 - weight));
    }

    private static double Part(double share, double weight) => share == 0 ? 0 : weight == 0 ? double.PositiveInfinity : share * Math.Log(share / weight);
}
