using System.Text.RegularExpressions;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Control sequences of terminals.</summary>
internal static partial class Sequences
{
    public const string EnterScreen = "\e[?1049h";
    public const string LeaveScreen = "\e[?1049l";
    public const string HideCursor = "\e[?25l";
    public const string ShowCursor = "\e[?25h";

    /// <summary>What .NET writes to a terminal when a program first uses its console.</summary>
    public const string OpenConsole = "\e[?1h\e=";

    [GeneratedRegex(@"\e(?:\[[?\d;]*[A-Za-z]|>|=)")]
    public static partial Regex Any { get; }

    /// <summary>One that says how letters look.</summary>
    [GeneratedRegex(@"\e\[[\d;]*m")]
    public static partial Regex Style { get; }

    /// <summary>One that chooses a colour, of letters or of what is behind them.</summary>
    [GeneratedRegex(@"\e\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")]
    public static partial Regex Colour { get; }
}
