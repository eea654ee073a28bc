namespace BrokerServe.Host.Tables;

/// <summary>A row of a table.</summary>
/// <param name="Cells">One for each column.</param>
/// <param name="IsWrong">Something of it is not as it should be.</param>
internal sealed record Row(IReadOnlyList<Cell> Cells, bool IsWrong = false)
{
    /// <summary>Whether any of its text contains a word, in capitals or not.</summary>
    public bool Matches(string word, IReadOnlyList<Column> columns)
    {
        for (var i = 0; i < Cells.Count; i++)
        {
            if (columns[i].IsText && Cells[i].Text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
