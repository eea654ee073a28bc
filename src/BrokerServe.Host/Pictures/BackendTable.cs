using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BrokerServe.Host.Pictures;

/// <summary>Draws backends: a row for each, with a bar for its share.</summary>
internal static class BackendTable
{
    // As wide as 100.0 %, so that nothing moves when a backend has it all.
    private const int PercentWidth = 7;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    // What says least comes last, and goes first when there is no room. Wide enough for what is usual, so that nothing moves as numbers grow.
    private static readonly Column[] Columns =
    [
        new("wanted", 6, static backend => backend.Wanted is { } wanted ? string.Create(Invariant, $"{100 * wanted:0.##} %") : ""),
        new("requests", 9, static backend => Print(backend.Requests)),
        new("backlog", 7, static backend => Print(backend.Gauges?.Backlog)),
        new("in flight", 6, static backend => Print(backend.Gauges?.InFlight)),
        new("credit", 6, static backend => Print(backend.Gauges?.Credit)),
        new("replicas", 8, static backend => Print(backend.Gauges?.Replicas)),
    ];

    public static IRenderable Of(IReadOnlyList<BackendPicture> backends, int width, Glyphs glyphs)
    {
        var nameWidth = Math.Clamp(backends.Max(backend => backend.Name.GetCellWidth()), "backend".Length, width / 3);
        var (bar, gap, columns) = LayOut(backends, width - nameWidth);
        var table = new Table { Border = TableBorder.None };

        // Where columns are close together a header of two words takes two lines, and the others stand on the second.
        var raised = gap == 1 && columns.Any(column => column.Header.Contains(' ', StringComparison.Ordinal));
        AddColumn("backend", nameWidth, Justify.Left);
        AddColumn("share", bar, Justify.Left);
        AddColumn("", PercentWidth, Justify.Right);
        foreach (var column in columns)
        {
            AddColumn(column.Header, column.WidthFor(backends, gap), Justify.Right);
        }

        table.Columns[^1].PadRight(0);
        foreach (var backend in backends)
        {
            table.AddRow(
            [
                new Text(backend.Name) { Overflow = Overflow.Ellipsis },
                BarOf(backend, bar, glyphs),
                new Text(string.Create(Invariant, $"{100 * backend.Share:0.0} %")),
                .. columns.Select(column => new Text(column.Cell(backend))),
            ]);
        }

        return backends.Any(backend => backend.IsShadow)
            ? new Rows(table, new Text($"{glyphs.Copy} copies of requests: a shadow answers nobody", Styles.Label))
            : table;

        void AddColumn(string header, int width, Justify alignment) => table.AddColumn(
            new TableColumn(new Text(raised ? Raise(header) : header, Styles.Label) { Justification = alignment })
            {
                Width = width,
                Alignment = alignment,
                Padding = new Padding(0, 0, gap, 0),
            });
    }

    private static string Raise(string header) =>
        header.Contains(' ', StringComparison.Ordinal) ? header.Replace(' ', '\n') : "\n" + header;

    // Wide apart if there is room for that, else close together, else with fewer columns.
    private static (int Bar, int Gap, Column[] Columns) LayOut(IReadOnlyList<BackendPicture> backends, int width)
    {
        Column[] columns = [.. Columns.Where(column => backends.Any(backend => column.Cell(backend).Length > 0))];
        while (true)
        {
            foreach (var (gap, least) in new[] { (Gap: 2, Least: 12), (Gap: 1, Least: 8) })
            {
                var bar = width - PercentWidth - (2 * gap) - columns.Sum(column => gap + column.WidthFor(backends, gap));
                if (bar >= least || columns.Length == 0)
                {
                    return (Math.Max(1, bar), gap, columns);
                }
            }

            columns = columns[..^1];
        }
    }

    private static Text BarOf(BackendPicture backend, int width, Glyphs glyphs) => backend.IsShadow
        ? new Text(Bars.Copies(backend.Share, width, glyphs), Styles.Copies)
        : new Text(Bars.Share(backend.Share, width, glyphs), Styles.Share);

    private static string Print(long? number) => number?.ToString("N0", Invariant) ?? "";

    private sealed record Column(string Header, int Least, Func<BackendPicture, string> Cell)
    {
        public int WidthFor(IReadOnlyList<BackendPicture> backends, int gap) => Math.Max(
            Math.Max(Least, gap > 1 ? Header.Length : 0),
            backends.Max(backend => Cell(backend).Length));
    }
}
