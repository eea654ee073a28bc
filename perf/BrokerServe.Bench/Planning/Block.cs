namespace BrokerServe.Bench.Planning;

/// <summary>Cells that are measured in the same rounds, with the same processes.</summary>
/// <param name="Guarantee">Of all subjects.</param>
/// <param name="QueueType">Of the queues in which requests wait.</param>
/// <param name="Cells">In the order in which a round goes through them.</param>
internal sealed record Block(Guarantee Guarantee, QueueType QueueType, IReadOnlyList<PlannedCell> Cells)
{
    /// <summary>Everybody who runs in it, once, in the order of appearance.</summary>
    public IEnumerable<string> Subjects => Cells.SelectMany(cell => cell.Subjects).Distinct();

    /// <summary>The cell where all of a subject's code has to do: with the most outstanding, and the smallest bodies.</summary>
    public Cell BusiestOf(string subject) => Cells.Where(planned => planned.Subjects.Contains(subject))
        .Select(planned => planned.Cell)
        .OrderByDescending(cell => cell.Outstanding)
        .ThenBy(cell => cell.Size)
        .First();

    public override string ToString() => $"{(Guarantee == Guarantee.AtMostOnce ? "at most once" : "at least once")}, {QueueType.ToString().ToLowerInvariant()} queue";
}
