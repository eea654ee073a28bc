using System.Globalization;
using System.Text;

namespace BrokerServe.Bench.Charts;

/// <summary>Writes a drawing: the same input gives the same bytes, and nothing is loaded from anywhere.</summary>
internal sealed class Svg
{
    /// <summary>Text and axes.</summary>
    public const string Ink = "#1f2328";

    /// <summary>Lines behind the data.</summary>
    public const string Faint = "#d1d9e0";

    private readonly StringBuilder _text = new();

    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="title">For who cannot see it; drawn by whoever wants to.</param>
    public Svg(int width, int height, string title)
    {
        // Its own background, because pages are dark for some.
        _text.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-family="system-ui, sans-serif" font-size="12">
            <title>{Escape(title)}</title>
            <rect width="{width}" height="{height}" fill="#ffffff"/>

            """);
    }

    public void Line(double x1, double y1, double x2, double y2, string color, double width = 1) =>
        Add($"""<line x1="{N(x1)}" y1="{N(y1)}" x2="{N(x2)}" y2="{N(y2)}" stroke="{color}" stroke-width="{N(width)}"/>""");

    public void Path(IEnumerable<(double X, double Y)> points, string color) => Add(
        $"""<polyline points="{string.Join(' ', points.Select(point => $"{N(point.X)},{N(point.Y)}"))}" fill="none" stroke="{color}" stroke-width="2"/>""");

    public void Dot(double x, double y, string color) => Add($"""<circle cx="{N(x)}" cy="{N(y)}" r="3.5" fill="{color}"/>""");

    public void Box(double x, double y, double width, double height, string color) =>
        Add($"""<rect x="{N(x)}" y="{N(y)}" width="{N(width)}" height="{N(height)}" fill="{color}"/>""");

    /// <param name="x">Where it is anchored.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">What it says.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="bold">Whether it is a heading.</param>
    public void Text(double x, double y, string text, string anchor = "start", bool bold = false) => Add(
        $"""<text x="{N(x)}" y="{N(y)}" fill="{Ink}" text-anchor="{anchor}"{(bold ? " font-weight=\"600\"" : "")}>{Escape(text)}</text>""");

    public override string ToString() => _text + "</svg>\n";

    /// <summary>A tenth of a pixel is seen by nobody.</summary>
    private static string N(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private void Add(string element) => _text.Append(element).Append('\n');
}
