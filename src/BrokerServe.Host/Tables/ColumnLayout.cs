using Spectre.Console;

namespace BrokerServe.Host.Tables;

/// <summary>Which columns of a section fit into a width, and how wide each is then.</summary>
internal sealed class ColumnLayout
{
    private const int Gap = 2;

    // A name that is cut below this says nothing.
    private const int LeastName = 12;

    // Of a name that is longer the other columns are not left out for its sake, where a window is narrow.
    private const int MostOfAnyName = 24;

    private readonly int[] _widths;

    private ColumnLayout(IReadOnlyList<int> shown, int[] widths)
    {
        Shown = shown;
        _widths = widths;
    }

    /// <summary>Indices of the columns that are shown.</summary>
    public IReadOnlyList<int> Shown { get; }

    public static ColumnLayout Of(Section section, int width)
    {
        var widths = section.Columns.Select((column, i) => Math.Max(
            Math.Max(column.Least, HeaderOf(section, i).GetCellWidth() + 1), // One more, for the mark of what it is sorted by.
            section.Rows.Select(row => row.Cells[i].Text.GetCellWidth()).DefaultIfEmpty().Max())).ToArray();
        var nameWidth = widths[0];
        widths[0] = Math.Min(nameWidth, Math.Max(MostOfAnyName, width / 3));
        var shown = Enumerable.Range(0, widths.Length).ToList();
        while (Total() is var total && total > width && shown.Count > 1)
        {
            var last = shown.Skip(1).MaxBy(i => (section.Columns[i].Rank, i));
            if (section.Columns[last].IsText && widths[last] - (total - width) >= LeastName)
            {
                widths[last] -= total - width;
            }
            else if (section.Columns[last].Rank > 0 || widths[0] - (total - width) < LeastName)
            {
                shown.Remove(last);
            }
            else
            {
                widths[0] -= total - width;
            }
        }

        // What is left over is for the name, if it was cut.
        widths[0] = Math.Clamp(widths[0] + width - Total(), 1, Math.Max(1, Math.Min(nameWidth, width)));
        return new ColumnLayout(shown, widths);

        int Total() => shown.Sum(i => widths[i]) + (Gap * (shown.Count - 1));
    }

    /// <summary>The header of a column: of the first what the section is about.</summary>
    public static string HeaderOf(Section section, int column) => column == 0 ? section.Title : section.Columns[column].Header;

    /// <summary>Text of a column as it stands in a line, with the gap before it.</summary>
    public string Print(Section section, int column, string text)
    {
        var gap = column == Shown[0] ? "" : new string(' ', Gap);
        var width = _widths[column];
        var fitting = text.GetCellWidth() <= width ? text : Cut(text, width);
        var blanks = new string(' ', Math.Max(0, width - fitting.GetCellWidth()));
        var isLast = column == Shown[^1];
        return gap + (section.Columns[column].IsText ? fitting + (isLast ? "" : blanks) : blanks + fitting);
    }

    private static string Cut(string text, int width)
    {
        while (text.Length > 0 && text.GetCellWidth() > width - 1)
        {
            text = text[..^1];
        }

        return text + "~";
    }
}
