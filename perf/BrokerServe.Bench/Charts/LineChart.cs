using BrokerServe.Bench.Reporting;

namespace BrokerServe.Bench.Charts;

/// <summary>Lines over two logarithmic axes, with the interval of each point.</summary>
internal static class LineChart
{
    private const int Width = 800;
    private const int Height = 400;
    private const int Left = 70;
    private const int Right = 490; // The legend is right of it.
    private const int Top = 40;
    private const int Bottom = 350;

    /// <param name="title">Above it.</param>
    /// <param name="xTitle">Below the axis.</param>
    /// <param name="yTitle">Above the axis.</param>
    /// <param name="lines">At least one, with at least one point.</param>
    public static string Draw(string title, string xTitle, string yTitle, IReadOnlyList<Series> lines)
    {
        var svg = new Svg(Width, Height, $"{title}: {yTitle} against {xTitle}");
        var points = lines.SelectMany(line => line.Points).ToArray();
        var x = new LogAxis(points.Select(point => Math.Max(1, point.X)), Left + 10, Right - 10);
        var y = new LogAxis(points.SelectMany(point => new[] { point.Y.Low, point.Y.High }), Bottom - 10, Top + 10);
        svg.Text(Left, 16, title, bold: true);
        svg.Text(Left, 32, yTitle);
        svg.Text((Left + Right) / 2.0, Bottom + 36, xTitle, "middle");
        foreach (var tick in y.Ticks())
        {
            svg.Line(Left, y.At(tick), Right, y.At(tick), Svg.Faint);
            svg.Text(Left - 6, y.At(tick) + 4, Words.Number(tick), "end");
        }

        foreach (var value in points.Select(point => point.X).Distinct().Order())
        {
            svg.Line(x.At(Math.Max(1, value)), Bottom, x.At(Math.Max(1, value)), Bottom + 4, Svg.Ink);
            svg.Text(x.At(Math.Max(1, value)), Bottom + 18, Words.Number(value), "middle");
        }

        svg.Line(Left, Bottom, Right, Bottom, Svg.Ink);
        for (var i = 0; i < lines.Count; i++)
        {
            var color = Palette.Of(lines[i].Color);
            svg.Path(lines[i].Points.Select(point => (x.At(Math.Max(1, point.X)), y.At(point.Y.Median))), color);
            foreach (var (at, found) in lines[i].Points)
            {
                svg.Line(x.At(Math.Max(1, at)), y.At(found.Low), x.At(Math.Max(1, at)), y.At(found.High), color);
                svg.Dot(x.At(Math.Max(1, at)), y.At(found.Median), color);
            }

            svg.Box(Right + 16, Top + 4 + (20 * i), 12, 12, color);
            svg.Text(Right + 34, Top + 14 + (20 * i), lines[i].Title);
        }

        return svg.ToString();
    }
}
