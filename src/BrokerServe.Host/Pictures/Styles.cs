using Spectre.Console;

namespace BrokerServe.Host.Pictures;

/// <summary>What looks alike in pictures.</summary>
internal static class Styles
{
    public static Style Title { get; } = new(decoration: Decoration.Bold);

    public static Style Label { get; } = new(decoration: Decoration.Dim);

    public static Style Share { get; } = new(Color.Green);

    public static Style Copies { get; } = new(Color.Yellow);

    public static Style Progress { get; } = new(Color.Blue);

    public static Style Error { get; } = new(Color.Red);
}
