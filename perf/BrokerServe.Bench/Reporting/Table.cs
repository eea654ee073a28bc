using System.Text;

namespace BrokerServe.Bench.Reporting;

/// <summary>A table in Markdown: the first column text, the others figures.</summary>
internal sealed class Table(params IEnumerable<string> headers)
{
    private readonly string[] _headers = [.. headers];
    private readonly List<string[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Adds a row of as many cells as there are headers.</summary>
    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells]);

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(_headers);
        Write(_headers.Select((_, i) => i == 0 ? "---" : "---:"), "");
        foreach (var row in _rows)
        {
            Write(row);
        }

        return text.ToString();

        void Write(IEnumerable<string> cells, string space = " ") =>
            text.Append('|').AppendJoin('|', cells.Select(cell => $"{space}{cell}{space}")).Append("|\n");
    }
}
