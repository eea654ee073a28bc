namespace BrokerServe.Host.Pictures;

/// <summary>Bars as text.</summary>
internal static class Bars
{
    /// <summary>A share of a width. What is not nothing can be seen.</summary>
    public static string Share(double share, int width, Glyphs glyphs)
    {
        var steps = glyphs.Parts.Length;
        var filled = Steps(share, width * steps);
        var whole = new string(glyphs.Parts[^1], filled / steps);
        return filled % steps == 0 ? whole : whole + glyphs.Parts[(filled % steps) - 1];
    }

    /// <summary>The same for copies, which are not part of the whole.</summary>
    public static string Copies(double share, int width, Glyphs glyphs) => new(glyphs.Copy, Steps(share, width));

    /// <summary>How far a run is.</summary>
    public static (string Done, string Left) Progress(double share, int width, Glyphs glyphs)
    {
        var done = (int)(Math.Clamp(share, 0, 1) * width);
        return (new string(glyphs.Done, done), new string(glyphs.Left, width - done));
    }

    /// <summary>Columns for values, the highest as high as it goes; neighbours share one where there are more than fit.</summary>
    /// <returns>A line of text for each of the <paramref name="height"/> lines, the uppermost first, all <paramref name="width"/> wide.</returns>
    public static string[] Columns(IReadOnlyList<double> values, int width, int height, Glyphs glyphs)
    {
        width = Math.Max(0, width);
        double[] columns = width == 0 || values.Count == 0
            ? []
            : [.. values.Chunk((values.Count + width - 1) / width).Select(some => some.Average())];
        var steps = glyphs.Heights.Length;
        var highest = columns.DefaultIfEmpty().Max();
        var filled = columns.Select(column => highest > 0 ? Steps(column / highest, height * steps) : 0).ToArray();
        return
        [
            .. Enumerable.Range(1, height)
                .Select(line => (height - line) * steps)
                .Select(below => string.Concat(filled.Select(column => Column(column - below, glyphs.Heights))).PadRight(width)),
        ];
    }

    private static char Column(int steps, string heights) => steps <= 0 ? ' ' : heights[Math.Min(steps, heights.Length) - 1];

    private static int Steps(double share, int steps) =>
        share <= 0 || steps <= 0 ? 0 : Math.Max(1, (int)Math.Round(Math.Min(share, 1) * steps, MidpointRounding.AwayFromZero));
}
