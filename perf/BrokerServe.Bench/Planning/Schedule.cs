namespace BrokerServe.Bench.Planning;

/// <summary>Who runs when.</summary>
/// <remarks>
/// A machine changes its speed while it is measured, so what is compared runs one after the other: in each round a cell's subjects take turns.
/// Who begins moves on from round to round, and every other round goes backwards, so that over the rounds nobody is always first,
/// last, or behind the same other.
/// </remarks>
internal static class Schedule
{
    /// <summary>All runs of a block, in order.</summary>
    public static IEnumerable<PlannedRun> Of(Block block, int rounds)
    {
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var planned in block.Cells)
            {
                foreach (var subject in Order(planned.Subjects, round))
                {
                    yield return new PlannedRun(round, subject, planned.Cell);
                    if (planned.WithHalf)
                    {
                        yield return new PlannedRun(round, subject, planned.Cell with { Half = true });
                    }
                }
            }
        }
    }

    /// <summary>The subjects in the order of a round, from 1.</summary>
    public static IEnumerable<T> Order<T>(IReadOnlyList<T> subjects, int round)
    {
        var first = (round - 1) / 2 % subjects.Count;
        var turned = subjects.Skip(first).Concat(subjects.Take(first));
        return round % 2 == 0 ? turned.Reverse() : turned;
    }
}
