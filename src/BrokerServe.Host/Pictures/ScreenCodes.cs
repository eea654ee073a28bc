namespace BrokerServe.Host.Pictures;

/// <summary>What terminals are told.</summary>
internal static class ScreenCodes
{
    /// <summary>The alternate screen, whose entering keeps what is shown and where the cursor is; no cursor, which would blink over numbers.</summary>
    public const string Enter = "\e[?1049h\e[?25l";

    /// <summary>The way back, and out of the keypad's application mode: .NET enters that mode when it opens the console.</summary>
    public const string Leave = "\e[?25h\e[?1049l\e[?1l\e>";

    /// <summary>Terminals that know the mode 2026 show all of a picture at once; the others skip it.</summary>
    public const string BeginFrame = "\e[?2026h\e[H";

    /// <summary>Nothing is left below, and the picture is shown.</summary>
    public const string EndFrame = "\e[J\e[?2026l";

    /// <summary>Nothing is left to the right.</summary>
    public const string EraseLine = "\e[K";

    /// <summary>The next line.</summary>
    public const string EndLine = EraseLine + "\n";

    // Smaller ones are not windows but the absence of a size.
    private const int LeastSize = 8;

    /// <summary>What of a window can be drawn in. A line never fills its last cell: behind a full line terminals disagree about where the cursor is.</summary>
    public static (int Width, int Height) Usable((int Width, int Height) window) =>
        (window.Width < LeastSize ? 79 : window.Width - 1, window.Height < LeastSize ? 24 : window.Height);
}
