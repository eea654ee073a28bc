namespace BrokerServe.Host.Conformance.Worker;

/// <summary>A check of a worker.</summary>
/// <param name="Concerns">The kinds of replicas for which the protocol says it.</param>
/// <param name="Name">As <see cref="Check.Name"/>.</param>
/// <param name="Paragraph">As <see cref="Check.Paragraph"/>.</param>
/// <param name="Sentence">As <see cref="Check.Sentence"/>.</param>
/// <param name="Run">Looks.</param>
internal sealed record WorkerCheck(
    SubjectKinds Concerns, string Name, Paragraph Paragraph, string Sentence, Func<WorkerStage, CancellationToken, Task<Outcome>> Run)
    : Check<WorkerStage>(Name, Paragraph, Sentence, Run);
