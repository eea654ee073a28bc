using System.Globalization;
using System.Text;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Statistics;

namespace BrokerServe.Bench.Reporting;

/// <summary>A result set as Markdown, with its charts in <c>charts/</c> beside it.</summary>
internal sealed class Report
{
    private readonly Query _query;
    private readonly StringBuilder _text = new();

    private Report(ResultSet results, int level)
    {
        _query = new Query(results);
        Charts = ChartSet.Draw(_query);
        Heading = new string('#', level);
    }

    private IReadOnlyDictionary<string, string> Charts { get; }

    private string Heading { get; }

    /// <summary>Writes it.</summary>
    /// <param name="results">What was found.</param>
    /// <param name="level">Of the headings: 2 in a document of its own.</param>
    public static (string Text, IReadOnlyDictionary<string, string> Charts) Of(ResultSet results, int level = 2)
    {
        var report = new Report(results, level);
        report.Write(results);
        return (report._text.ToString(), report.Charts);
    }

    private void Write(ResultSet results)
    {
        var rounds = results.Runs.Count == 0 ? 0 : results.Runs.Max(run => run.Round);
        _text.Append(CultureInfo.InvariantCulture, $"Measured {results.Machine}, by `{results.Command}`");
        if (rounds > 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $": {rounds} rounds, of each run {results.Seconds} s after {results.WarmUpSeconds} s");
            _text.Append(CultureInfo.InvariantCulture, $"{(results.FirstRunSeconds > 0 ? $", behind {results.FirstRunSeconds} s for nothing" : "")}. Medians, in parentheses ");
            _text.Append(MedianInterval.Of(Enumerable.Repeat(1.0, rounds)).IsDecisive
                ? "95 % intervals."
                : "the least and the most: for 95 % intervals it takes six rounds.");
        }

        _text.Append('\n');
        foreach (var failure in results.Failures)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\nMissing: {failure.Split('\n')[0]}\n");
        }

        Section("Goals", GoalSection.Of(_query), ChartSet.RatiosFile);
        foreach (var section in MatrixSection.All(_query))
        {
            var title = char.ToUpperInvariant(section.Title[0]) + section.Title[1..];
            Section(title, section.Throughput(), ChartSet.ThroughputOf(section));
            Append(section.Ratios());
            Append(section.Gains());
            Append(section.Waits());
            Append(section.Observation());
            Append(section.Variants());
            Append(section.VariantWaits());
            Append(section.Latency());
            Chart(ChartSet.CostOf(section));
            Append(section.Cost());
        }

        Section("In memory", OtherSections.Memory(_query));
        foreach (var section in ScaleSection.All(_query))
        {
            Section($"Scale: {section.Curve.Name}", section.ToTable(), ChartSet.ScaleOf(section));
        }

        Section("The dispatcher alone", OtherSections.Dispatcher(_query));
        Section("With nothing to do", OtherSections.Idle(_query));
        Section("What the router allocates", OtherSections.Types(_query));
        Errors(results);
    }

    private void Section(string title, Table? table, string? chart = null)
    {
        if (table is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n{Heading} {title}\n");
            Chart(chart);
            Append(table);
        }
    }

    private void Chart(string? file)
    {
        if (file is not null && Charts.ContainsKey(file))
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n![{Path.GetFileNameWithoutExtension(file)}](charts/{file})\n");
        }
    }

    private void Append(Table? table)
    {
        if (table is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n{table}");
        }
    }

    /// <summary>A run with errors is no measurement of what was promised, and says so.</summary>
    private void Errors(ResultSet results)
    {
        var table = new Table("errors", "promise", "outstanding", "round", "count");
        foreach (var run in results.Runs.Where(run => run.Found.Errors.Count > 0))
        {
            var errors = string.Join(", ", run.Found.Errors.Select(error => $"{error.Key}: {Words.Number(error.Value)}"));
            table.Add($"{run.Subject} ({run.Part})", Words.Of(run.Guarantee), Words.Number(run.Cell.Outstanding), Words.Number(run.Round), errors);
        }

        Section("Requests that were not answered", table.IsEmpty ? null : table);
    }
}
