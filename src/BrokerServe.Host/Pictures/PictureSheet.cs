using Spectre.Console;
using Spectre.Console.Rendering;

namespace BrokerServe.Host.Pictures;

/// <summary>Draws a picture for a terminal: what runs, the backends as a table with bars, and the totals below.</summary>
internal static class PictureSheet
{
    // Wider than this, an eye no longer finds the number that belongs to a name.
    private const int MaxWidth = 120;

    // Narrower than this, numbers do not stand beside names; the terminal cuts off what is more.
    private const int MinWidth = 40;

    /// <summary>Draws it as wide as it is told, and no wider than can be read.</summary>
    /// <param name="picture">What is drawn.</param>
    /// <param name="width">Cells in a line; where there are few, the columns of the router that say least are left out.</param>
    /// <param name="glyphs">What bars are made of.</param>
    public static IRenderable Of(Picture picture, int width, Glyphs glyphs)
    {
        var inner = Math.Clamp(width, MinWidth, MaxWidth) - 1;
        var parts = new List<IRenderable> { new Text(picture.Title, Styles.Title), Text.Empty };
        if (picture.Backends.Count > 0)
        {
            parts.AddRange([BackendTable.Of(picture.Backends, inner, glyphs), Text.Empty]);
        }

        parts.Add(TotalsTable.Of(picture, inner, glyphs));
        return new Padder(new Rows(parts), new Padding(1, 0, 0, 0));
    }

    /// <summary>Prints a picture as lines of text, with the codes of colours when they are wanted.</summary>
    public static string[] Print(Picture picture, int width, bool colours, Glyphs glyphs) =>
        SheetPrinter.Print(Of(picture, width, glyphs), width, colours);
}
