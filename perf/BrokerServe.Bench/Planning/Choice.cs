using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Planning;

/// <summary>A matrix that was chosen on the command line: every combination of what was said; of what was not, what is most telling.</summary>
internal sealed record Choice(
    IReadOnlyList<string>? Subjects,
    IReadOnlyList<string>? Guarantees,
    IReadOnlyList<string>? Queues,
    IReadOnlyList<int>? Sizes,
    IReadOnlyList<int>? Outstanding,
    bool Half,
    IReadOnlyList<Variant> Variants)
{
    /// <summary>Whether anything was said.</summary>
    public bool IsAny => Half || Variants.Count > 0 || new[] { Subjects?.Count, Guarantees?.Count, Queues?.Count, Sizes?.Count, Outstanding?.Count }.Any(count => count > 0);

    public IReadOnlyList<Block> Blocks()
    {
        string[] subjects = Variants.Count > 0
            ? [.. (Subjects ?? []).Union([SubjectCatalog.Coalesced, .. Variants.Select(variant => variant.Key)])]
            : [.. Said(Subjects, [.. SubjectCatalog.OverBroker.Select(subject => subject.Key)])];
        var cells = Plans.Product(Said(Sizes, [64]), Said(Outstanding, Plans.AllOutstanding), subjects).Select(cell => cell with { WithHalf = Half });
        return
        [
            .. from queue in Said(Queues, ["classic"])
               from guarantee in Said(Guarantees, ["at-most-once", "at-least-once"])
               select new Block(
                   guarantee == "at-most-once" ? Guarantee.AtMostOnce : Guarantee.AtLeastOnce,
                   queue == "quorum" ? QueueType.Quorum : QueueType.Classic,
                   [.. cells]),
        ];
    }

    private static IReadOnlyList<T> Said<T>(IReadOnlyList<T>? said, IReadOnlyList<T> otherwise) => said is { Count: > 0 } ? said : otherwise;
}
