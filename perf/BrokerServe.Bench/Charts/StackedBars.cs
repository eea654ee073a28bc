using BrokerServe.Bench.Reporting;

namespace BrokerServe.Bench.Charts;

/// <summary>Lying bars, each of parts that make a sum.</summary>
internal static class StackedBars
{
    private const int Width = 760;
    private const int Left = 260;
    private const int Right = 690;
    private const int Top = 62;
    private const int Step = 26;

    /// <param name="title">Above it.</param>
    /// <param name="parts">What the parts are called.</param>
    /// <param name="bars">Each with its title and as many values as there are parts.</param>
    public static string Draw(string title, IReadOnlyList<string> parts, IReadOnlyList<(string Title, IReadOnlyList<double> Values)> bars)
    {
        var svg = new Svg(Width, Top + (Step * bars.Count) + 14, title);
        var most = bars.Max(bar => bar.Values.Sum());
        svg.Text(20, 18, title, bold: true);
        for (var i = 0; i < parts.Count; i++)
        {
            svg.Box(Left + (100 * i), 32, 12, 12, Color(i));
            svg.Text(Left + 18 + (100 * i), 42, parts[i]);
        }

        for (var bar = 0; bar < bars.Count; bar++)
        {
            double x = Left;
            var y = Top + (Step * bar);
            svg.Text(Left - 8, y + 13, bars[bar].Title, "end");
            for (var i = 0; i < parts.Count; i++)
            {
                var width = (Right - Left) * bars[bar].Values[i] / most;
                svg.Box(x, y, width, 18, Color(i));
                x += width;
            }

            svg.Text(x + 6, y + 13, Words.Number(bars[bar].Values.Sum()));
        }

        return svg.ToString();
    }

    /// <summary>Four colours from the end of the palette: its grey and black are for lines.</summary>
    private static string Color(int part) => Palette.Of(part + 4);
}
