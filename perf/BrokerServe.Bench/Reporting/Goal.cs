using BrokerServe.Bench.Statistics;

namespace BrokerServe.Bench.Reporting;

/// <summary>A figure that is wished for.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Unit">Behind the figure: <c>x</c> for ratios, or nothing.</param>
/// <param name="More">Whether more is better.</param>
/// <param name="Bar">What it is to be at least (at most, if less is better); null: nothing is asked.</param>
/// <param name="Aim">What is aimed at; null: nothing more.</param>
/// <param name="Measured">What was found; null: it was not measured.</param>
internal sealed record Goal(string Title, string Unit, bool More, double? Bar, double? Aim, Func<Query, MedianInterval?> Measured)
{
    /// <summary>What a measurement says of a wish.</summary>
    public Verdict Judge(MedianInterval found, double wish)
    {
        if (More ? found.Median >= wish : found.Median <= wish)
        {
            return Verdict.Reached;
        }

        return !found.IsDecisive ? Verdict.Undecided
            : (More ? found.High >= wish : found.Low <= wish) ? Verdict.Within
            : Verdict.Excluded;
    }
}
