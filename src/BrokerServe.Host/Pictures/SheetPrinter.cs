using Spectre.Console;
using Spectre.Console.Rendering;

namespace BrokerServe.Host.Pictures;

/// <summary>Prints what is to be drawn as lines of text.</summary>
internal static class SheetPrinter
{
    /// <summary>The lines, with the codes of colours when they are wanted.</summary>
    public static string[] Print(IRenderable sheet, int width, bool colours)
    {
        var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,

            // The sixteen that every terminal has, and its owner has chosen.
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Write(sheet);
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
