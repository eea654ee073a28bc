using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Planning;

/// <summary>The plans that can be asked for.</summary>
internal static class Plans
{
    /// <summary>Requests outstanding, from a lone caller to a full system: four workers with limit 256.</summary>
    public static readonly int[] AllOutstanding = [1, 16, 64, 256, 1_024];

    private static readonly string[] Everybody = [.. SubjectCatalog.OverBroker.Select(subject => subject.Key)];

    /// <summary>Everything that is published: small bodies everywhere, larger ones where they tell something.</summary>
    /// <remarks>
    /// Nine rounds are the fewest whose interval leaves out the best and the worst. The compiler has done most of its work on a busy process after
    /// ten seconds: when each run was a load of its own, BrokerServe at most once with 256 outstanding was 2.68 times the relay after a warm-up of
    /// 1.2 s, and 3.85 after one of ten.
    /// </remarks>
    public static Plan Full { get; } = new(
        [
            new Block(Guarantee.AtMostOnce, QueueType.Classic, ClassicCells()),
            new Block(Guarantee.AtLeastOnce, QueueType.Classic, ClassicCells()),
            new Block(Guarantee.AtLeastOnce, QueueType.Quorum, [.. Product([64], [64, 256, 1_024], Everybody)]),
        ],
        Rounds: 9,
        FirstRun: TimeSpan.FromSeconds(15),
        WarmUp: TimeSpan.FromSeconds(1),
        Duration: TimeSpan.FromSeconds(3));

    /// <summary>What most want to know first, in three minutes: many requests, and one. Six rounds are the fewest with a 95 % interval.</summary>
    public static Plan Quick { get; } = new(
        [
            new Block(
                Guarantee.AtLeastOnce,
                QueueType.Classic,
                [
                    new PlannedCell(new Cell(64, 1_024), [SubjectCatalog.Relay, SubjectCatalog.MassTransit, SubjectCatalog.Plain, SubjectCatalog.Coalesced]),
                    new PlannedCell(new Cell(64, 1), [SubjectCatalog.Relay, SubjectCatalog.Coalesced]),
                ]),
        ],
        Rounds: 6,
        FirstRun: TimeSpan.FromSeconds(8),
        WarmUp: TimeSpan.FromSeconds(0.8),
        Duration: TimeSpan.FromSeconds(1.5));

    /// <summary>Every size with every number outstanding.</summary>
    public static IEnumerable<PlannedCell> Product(IEnumerable<int> sizes, IEnumerable<int> outstanding, IReadOnlyList<string> subjects) =>
        from size in sizes from number in outstanding select new PlannedCell(new Cell(size, number), subjects);

    private static PlannedCell[] ClassicCells() =>
    [
        .. Product([64], AllOutstanding, Everybody).Select(planned => planned with { WithHalf = planned.Cell.Outstanding == AllOutstanding[^1] }),
        .. Product([1_024], [64, 1_024], Everybody),
        .. Product([64 * 1_024], [64], Everybody),
    ];
}
