namespace BrokerServe.Host.Conformance;

/// <summary>One thing that PROTOCOL.md says, and how to see whether it is so.</summary>
/// <param name="Name">What it is called in reports: words with hyphens, unique within a kit.</param>
/// <param name="Paragraph">Where the protocol says it.</param>
/// <param name="Sentence">What is so when it passes.</param>
internal abstract record Check(string Name, Paragraph Paragraph, string Sentence)
{
    /// <summary>The names of checks without whose pass this one could see nothing; they stand before it.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
}

/// <summary>A check on a stage.</summary>
/// <typeparam name="TStage">What a check can see and do.</typeparam>
/// <param name="Name">As <see cref="Check.Name"/>.</param>
/// <param name="Paragraph">As <see cref="Check.Paragraph"/>.</param>
/// <param name="Sentence">As <see cref="Check.Sentence"/>.</param>
/// <param name="Run">Looks. What it throws breaks this check and no other.</param>
internal record Check<TStage>(string Name, Paragraph Paragraph, string Sentence, Func<TStage, CancellationToken, Task<Outcome>> Run)
    : Check(Name, Paragraph, Sentence);
