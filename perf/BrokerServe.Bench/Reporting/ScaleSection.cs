using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Scaling;
using BrokerServe.Bench.Statistics;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Reporting;

/// <summary>One scale curve.</summary>
internal sealed class ScaleSection(Query query, ScaleCurve curve)
{
    public ScaleCurve Curve => curve;

    /// <summary>The curves that there are runs for.</summary>
    public static IReadOnlyList<ScaleSection> All(Query query) =>
        [.. ScaleCurves.All.Where(curve => query.Results.Runs.Any(run => run.Part == curve.Name)).Select(curve => new ScaleSection(query, curve))];

    /// <summary>Throughput at each point beside the base.</summary>
    public IEnumerable<(int Value, MedianInterval Ratio)> Ratios()
    {
        if (curve.BaseValue is { } value)
        {
            yield return (value, new MedianInterval(1, 1, 1, 0, 1));
        }

        foreach (var point in curve.Points)
        {
            var runs = Of(point);
            if (Query.Ratio(runs[SubjectCatalog.Coalesced], runs[ScaleCurves.BaseSubject], found => found.Throughput) is { } ratio)
            {
                yield return (point.Value, ratio);
            }
        }
    }

    public Table ToTable()
    {
        var table = new Table(curve.Axis, "throughput, of the first", "messages of the broker each", "with deliveries, acks and confirms", "CPU-s per 100,000, all");
        foreach (var (value, ratio) in Ratios())
        {
            var point = curve.Points.FirstOrDefault(point => point.Value == value);
            var runs = point is null ? Of(curve.Points[0])[ScaleCurves.BaseSubject] : Of(point)[SubjectCatalog.Coalesced];
            table.Add(
                Words.Number(value),
                Words.Interval(ratio),
                Words.Median(Query.Median(runs, found => found.MessagesEach?.Received)),
                Words.Median(Query.Median(runs, found => found.MessagesEach?.Operations)),
                Words.Median(Query.Median(runs, found => found.CpuSeconds.Values.Sum())));
        }

        return table;
    }

    private ILookup<string, RunRecord> Of(ScalePoint point) =>
        query.In(curve.Name, point.Value, Guarantee.AtLeastOnce, QueueType.Classic, new Cell(64, point.Outstanding));
}
