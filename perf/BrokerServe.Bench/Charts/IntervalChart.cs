using BrokerServe.Bench.Reporting;
using BrokerServe.Bench.Statistics;

namespace BrokerServe.Bench.Charts;

/// <summary>Medians with their intervals on one logarithmic axis, and a line at 1: on which side of it something lies is what it shows.</summary>
internal static class IntervalChart
{
    private const int Width = 960;
    private const int Left = 530;
    private const int Right = 890;
    private const int Top = 44;
    private const int Step = 24;

    /// <param name="title">Above it.</param>
    /// <param name="rows">From top to bottom.</param>
    public static string Draw(string title, IReadOnlyList<(string Title, MedianInterval Ratio)> rows)
    {
        var bottom = Top + (Step * rows.Count);
        var svg = new Svg(Width, bottom + 30, title);
        var x = new LogAxis(rows.SelectMany(row => new[] { row.Ratio.Low, row.Ratio.High }).Append(1), Left, Right);
        svg.Text(20, 18, title, bold: true);
        foreach (var tick in x.Ticks())
        {
            svg.Line(x.At(tick), Top - 8, x.At(tick), bottom, Svg.Faint);
            svg.Text(x.At(tick), bottom + 16, Words.Number(tick), "middle");
        }

        svg.Line(x.At(1), Top - 8, x.At(1), bottom, Svg.Ink, 1.5);
        for (var row = 0; row < rows.Count; row++)
        {
            var y = Top + (Step * row) + 8;
            var (name, ratio) = rows[row];
            svg.Text(Left - 12, y + 4, name, "end");
            svg.Line(x.At(ratio.Low), y, x.At(ratio.High), y, Palette.Of(6), 3);
            svg.Dot(x.At(ratio.Median), y, Palette.Of(6));
            svg.Text(Width - 10, y + 4, Words.Number(ratio.Median), "end");
        }

        return svg.ToString();
    }
}
