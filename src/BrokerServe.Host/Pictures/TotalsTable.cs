using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BrokerServe.Host.Pictures;

/// <summary>Draws what holds for a run as a whole, a line for each.</summary>
internal static class TotalsTable
{
    private const string Gap = "  ";
    private const int LabelWidth = 10;
    private const int ChartHeight = 3;

    // As wide as the numbers of a fast machine, so that what stands behind them does not move.
    private const int RateWidth = 18;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static IRenderable Of(Picture picture, int width, Glyphs glyphs)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        var valueWidth = width - LabelWidth - Gap.Length;
        table.AddColumn(new TableColumn("") { Width = LabelWidth, Padding = new Padding(0, 0, Gap.Length, 0) });
        table.AddColumn(new TableColumn("") { Width = valueWidth, Padding = new Padding(0) });

        Add("throughput", ThroughputOf(picture, valueWidth, glyphs));
        Add(picture.Counted, new Text(string.Create(Invariant, $"{picture.Count:N0}{Gap}outstanding {picture.Outstanding:N0}")));
        Add("latency ms", new Text(Wrap(LatencyOf(picture.Latency), valueWidth)));
        Add("errors", ErrorsOf(picture.Errors, valueWidth));
        Add("time", TimeOf(picture, valueWidth, glyphs));
        return table;

        void Add(string label, IRenderable value) => table.AddRow(new Text(label, Styles.Label), value);
    }

    private static Paragraph ThroughputOf(Picture picture, int width, Glyphs glyphs)
    {
        var rate = string.Create(Invariant, $"{picture.PerSecond:N0} {picture.Counted}/s").PadRight(RateWidth) + Gap;
        var peak = string.Create(Invariant, $"{Gap}peak {picture.Throughput.DefaultIfEmpty().Max():N0}");
        var lines = Bars.Columns(picture.Throughput, width - rate.Length - peak.Length, ChartHeight, glyphs);
        var paragraph = new Paragraph(rate).Append(lines[0], Styles.Share).Append(peak, Styles.Label);
        foreach (var line in lines.Skip(1))
        {
            paragraph.Append("\n" + new string(' ', rate.Length)).Append(line, Styles.Share);
        }

        return paragraph;
    }

    private static string[] LatencyOf(LatencyPicture latency) =>
    [
        string.Create(Invariant, $"p50 {latency.P50:0.00}"),
        string.Create(Invariant, $"p90 {latency.P90:0.00}"),
        string.Create(Invariant, $"p99 {latency.P99:0.00}"),
        string.Create(Invariant, $"p99.9 {latency.P999:0.00}"),
        string.Create(Invariant, $"max {latency.Max:0.00}"),
    ];

    private static Text ErrorsOf(IReadOnlyList<KeyValuePair<string, long>> errors, int width) => errors.Count == 0
        ? new Text("none")
        : new Text(Wrap(errors.Select(error => string.Create(Invariant, $"{error.Key} {error.Value:N0}")), width), Styles.Error);

    private static Paragraph TimeOf(Picture picture, int width, Glyphs glyphs)
    {
        var text = $"{Gap}{Print(picture.Elapsed)} of {Print(picture.Duration)}";
        var (done, left) = Bars.Progress(picture.Elapsed / picture.Duration, width - text.Length, glyphs);
        return new Paragraph(done, Styles.Progress).Append(left, Styles.Label).Append(text);
    }

    // Between things, never within one.
    private static string Wrap(IEnumerable<string> things, int width)
    {
        var lines = new List<string>();
        foreach (var thing in things)
        {
            if (lines.Count > 0 && lines[^1].Length + Gap.Length + thing.Length <= width)
            {
                lines[^1] += Gap + thing;
            }
            else
            {
                lines.Add(thing);
            }
        }

        return string.Join('\n', lines);
    }

    private static string Print(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => string.Create(Invariant, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => time.ToString(@"m\:ss", Invariant) + " min",
        _ => string.Create(Invariant, $"{(int)time.TotalHours}{time:\\:mm\\:ss} h"),
    };
}
