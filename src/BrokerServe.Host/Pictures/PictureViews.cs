namespace BrokerServe.Host.Pictures;

/// <summary>Chooses how a run is shown.</summary>
internal static class PictureViews
{
    /// <summary>Pictures for people at a terminal, lines for everything else.</summary>
    /// <param name="progress">Where progress goes.</param>
    /// <param name="json">Whether the result is for a machine; whoever reads that keeps lines.</param>
    /// <param name="around">Where that is.</param>
    public static IPictureView Choose(TextWriter progress, bool json, Surroundings around) =>
        !json && around.DrawPictures
            ? new LiveScreen(progress, ConsoleSize, around.WelcomeColours, GlyphsOf(progress))
            : new PlainLines(progress);

    private static Glyphs GlyphsOf(TextWriter progress) =>
        progress.Encoding.WebName.StartsWith("utf", StringComparison.OrdinalIgnoreCase) ? Glyphs.Unicode : Glyphs.Ascii;

    private static (int Width, int Height) ConsoleSize() => (Console.WindowWidth, Console.WindowHeight);
}
