using Spectre.Console;

namespace BrokerServe.Host.Pictures;

/// <summary>Where progress is written to, and what the environment says about it.</summary>
/// <param name="IsTerminal">Whether it is a terminal that understands control sequences.</param>
/// <param name="Term">The variable TERM.</param>
/// <param name="NoColor">The variable NO_COLOR.</param>
/// <param name="Ci">The variable CI.</param>
internal sealed record Surroundings(bool IsTerminal, string? Term, string? NoColor, string? Ci)
{
    /// <summary>Whether a picture can be drawn over the one before.</summary>
    public bool DrawPictures => IsTerminal && Term != "dumb" && Ci is null or "" or "false" or "0";

    /// <summary>Whether colours are welcome: https://no-color.org.</summary>
    public bool WelcomeColours => string.IsNullOrEmpty(NoColor);

    public static Surroundings Of(TextWriter progress) => new(
        ReferenceEquals(progress, Console.Error) && !Console.IsErrorRedirected && UnderstandsSequences(progress),
        Environment.GetEnvironmentVariable("TERM"),
        Environment.GetEnvironmentVariable("NO_COLOR"),
        Environment.GetEnvironmentVariable("CI"));

    /// <summary>The same of standard output, with somebody at the keys.</summary>
    public static Surroundings OfBoth(TextWriter output) => Of(output) with
    {
        IsTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && !Console.IsInputRedirected && UnderstandsSequences(output),
    };

    /// <summary>Cells in a line of where something is printed; of a file or a pipe as many as are wanted.</summary>
    public static int WidthOf(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected ? ScreenCodes.Usable((Console.WindowWidth, Console.WindowHeight)).Width : int.MaxValue;

    // Windows has to be asked, which also switches them on. Elsewhere a terminal that does not says so in TERM.
    private static bool UnderstandsSequences(TextWriter progress) =>
        !OperatingSystem.IsWindows()
        || AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(progress) }).Profile.Capabilities.Ansi;
}
