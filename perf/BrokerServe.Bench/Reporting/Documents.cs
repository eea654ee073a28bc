using System.Globalization;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Reporting;

/// <summary>Puts results where readers find them: <c>perf/README.md</c> with its charts, and the one sentence of <c>README.md</c>.</summary>
internal static class Documents
{
    public const string Tables = "results";
    public const string Sentence = "headline";

    /// <summary>Rewrites both.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="results">What was found.</param>
    /// <exception cref="BenchException">A document has no place for it.</exception>
    public static void Write(string root, ResultSet results)
    {
        var (text, charts) = Report.Of(results, level: 3);
        Rewrite(Path.Combine(root, "perf/README.md"), Tables, $"\n\n{text}\n");
        if (Headline(results) is { } headline)
        {
            Rewrite(Path.Combine(root, "README.md"), Sentence, headline);
        }

        WriteCharts(Path.Combine(root, "perf/charts"), charts);
    }

    /// <summary>Writes the charts, and deletes what is there of older ones.</summary>
    public static void WriteCharts(string folder, IReadOnlyDictionary<string, string> charts)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.GetFiles(folder, "*.svg"))
        {
            File.Delete(old);
        }

        foreach (var (name, svg) in charts)
        {
            File.WriteAllText(Path.Combine(folder, name), svg);
        }
    }

    /// <summary>How much faster than a relay written by hand, at equal guarantees; null when that was not measured.</summary>
    public static string? Headline(ResultSet results)
    {
        var query = new Query(results);
        return At(256) is { } some && At(1_024) is { } many ? string.Create(
            CultureInfo.InvariantCulture,
            $"""
            beside one, at equal guarantees (at least once), BrokerServe carried
            {Words.Number(some)} times the requests with 256 outstanding and {Words.Number(many)} times with 1,024, on the same {results.Machine.Cores} cores (`perf/run.sh`, as it says above its tables).
            """) : null;

        double? At(int outstanding)
        {
            var runs = query.In(Guarantee.AtLeastOnce, QueueType.Classic, new Cell(64, outstanding));
            return Query.Ratio(runs[SubjectCatalog.Coalesced], runs[SubjectCatalog.Relay], found => found.Throughput)?.Median;
        }
    }

    private static void Rewrite(string file, string region, string text) => File.WriteAllText(file, Regions.Replace(File.ReadAllText(file), region, text));
}
