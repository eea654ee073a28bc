using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Statistics;

namespace BrokerServe.Bench.Reporting;

/// <summary>Asks results for medians: of values, and of ratios of pairs that ran in the same round.</summary>
internal sealed class Query(ResultSet results)
{
    public ResultSet Results => results;

    /// <summary>Runs of one cell, by subject.</summary>
    public ILookup<string, RunRecord> In(string part, int point, Guarantee guarantee, QueueType queueType, Cell cell) => results.Runs
        .Where(run => run.Part == part && run.Point == point && run.Guarantee == guarantee && run.QueueType == queueType && run.Cell == cell)
        .ToLookup(run => run.Subject);

    /// <summary>Runs of a cell of the matrix.</summary>
    public ILookup<string, RunRecord> In(Guarantee guarantee, QueueType queueType, Cell cell) => In(Parts.Matrix, 0, guarantee, queueType, cell);

    /// <summary>The median of what some runs found; null when there are none, or one of them did not find it.</summary>
    public static MedianInterval? Median(IEnumerable<RunRecord> runs, Func<Finding, double?> value)
    {
        var values = runs.Select(run => value(run.Found)).ToArray();
        return values.Length == 0 || values.Contains(null) ? null : MedianInterval.Of(values.Select(found => found!.Value));
    }

    /// <summary>The median of the ratios of one subject to another, round by round; null when they have no round in common.</summary>
    public static MedianInterval? Ratio(IEnumerable<RunRecord> some, IEnumerable<RunRecord> others, Func<Finding, double> value)
    {
        var ratios = some.Join(others, run => run.Round, run => run.Round, (one, other) => value(one.Found) / value(other.Found)).ToArray();
        return ratios.Length == 0 ? null : MedianInterval.Of(ratios);
    }
}
