namespace BrokerServe.Host.Tables;

/// <summary>A table of one kind of thing.</summary>
/// <param name="Title">The things, in the plural; it stands above the first column.</param>
/// <param name="Columns">The first is the name.</param>
/// <param name="Rows">Sorted by name.</param>
internal sealed record Section(string Title, IReadOnlyList<Column> Columns, IReadOnlyList<Row> Rows)
{
    /// <summary>The same with the rows that match, in another order; equals stay sorted by name.</summary>
    public Section With(string filter, int sortBy, bool reversed)
    {
        var column = Columns[sortBy];
        var matching = Rows.Where(row => filter.Length == 0 || row.Matches(filter, Columns));
        var descending = column.IsText == reversed;
        var sorted = descending
            ? matching.OrderByDescending(row => row.Cells[sortBy].Number).ThenByDescending(Text, StringComparer.Ordinal)
            : matching.OrderBy(row => row.Cells[sortBy].Number).ThenBy(Text, StringComparer.Ordinal);
        return this with { Rows = [.. sorted] };

        string Text(Row row) => column.IsText ? row.Cells[sortBy].Text : "";
    }
}
