using BrokerServe.Bench.Charts;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Statistics;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Reporting;

/// <summary>The charts of a result set, by file name.</summary>
internal static class ChartSet
{
    private const int Small = 64;

    private static readonly string[] Roles = [.. Enum.GetNames<Role>().Select(role => role.ToLowerInvariant())];

    public static IReadOnlyDictionary<string, string> Draw(Query query)
    {
        var charts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in MatrixSection.All(query).Where(section => section.Size == Small))
        {
            if (section.Outstanding.Count > 1)
            {
                charts[ThroughputOf(section)] = LineChart.Draw(
                    $"Throughput, {section.Title}",
                    "requests outstanding",
                    "requests per second",
                    [.. section.Subjects.Select(subject => Line(section, subject))]);
            }

            if (section.QueueType == QueueType.Classic)
            {
                charts[CostOf(section)] = StackedBars.Draw(
                    $"Processor seconds for 100,000 requests, {section.Title}, {Words.Number(section.Outstanding[^1])} outstanding", Roles, Costs(section));
            }
        }

        var goals = Goals.All
            .Where(goal => goal is { Unit: "x", More: true })
            .Select(goal => (goal.Title, Found: goal.Measured(query)))
            .Where(row => row.Found is not null)
            .Select(row => (row.Title, row.Found!.Value))
            .ToArray();
        if (goals.Length > 0)
        {
            charts[RatiosFile] = IntervalChart.Draw("Throughput beside others: median and 95 % interval", goals);
        }

        foreach (var section in ScaleSection.All(query).Where(section => section.Ratios().Count() > 1))
        {
            charts[ScaleOf(section)] = LineChart.Draw(
                $"Scale: {section.Curve.Name}",
                section.Curve.Axis,
                "throughput, of the first",
                [new Series("BrokerServe, at least once", [.. section.Ratios().Select(point => ((double)point.Value, point.Ratio))], 6)]);
        }

        return charts;
    }

    public const string RatiosFile = "ratios.svg";

    public static string ThroughputOf(MatrixSection section) => $"throughput-{section.Slug}.svg";

    public static string CostOf(MatrixSection section) => $"cost-{section.Slug}.svg";

    public static string ScaleOf(ScaleSection section) => $"scale-{section.Curve.Name}.svg";

    private static Series Line(MatrixSection section, Subject subject)
    {
        var points = section.Outstanding
            .Select(outstanding => (X: (double)outstanding, Y: Query.Median(section.Of(subject.Key, outstanding), found => found.Throughput)))
            .Where(point => point.Y is not null)
            .Select(point => (point.X, point.Y!.Value));
        return new Series(subject.Title, [.. points], ColorOf(section, subject));
    }

    /// <summary>A subject's colour is its own in all charts; variants have what is left, from the first on.</summary>
    private static int ColorOf(MatrixSection section, Subject subject)
    {
        var variants = section.Subjects.Where(each => Variant.IsKey(each.Key)).ToList();
        return variants.IndexOf(subject) is var variant and >= 0 ? variant : SubjectCatalog.All.ToList().FindIndex(each => each.Key == subject.Key);
    }

    private static List<(string Title, IReadOnlyList<double> Values)> Costs(MatrixSection section)
    {
        var bars = new List<(string, IReadOnlyList<double>)>();
        foreach (var subject in section.Subjects)
        {
            var runs = section.Of(subject.Key, section.Outstanding[^1]).ToArray();
            if (runs.Length > 0)
            {
                bars.Add((subject.Title, [.. Roles.Select(role => MedianInterval.Of(runs.Select(run => run.Found.CpuSeconds.GetValueOrDefault(role))).Median)]));
            }
        }

        return bars;
    }
}
