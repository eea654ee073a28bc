namespace BrokerServe.Host.Conformance.Producer;

/// <summary>A check of a producer: a judgement of what was seen of it.</summary>
/// <param name="Name">As <see cref="Check.Name"/>.</param>
/// <param name="Paragraph">As <see cref="Check.Paragraph"/>.</param>
/// <param name="Sentence">As <see cref="Check.Sentence"/>.</param>
/// <param name="Judge">Looks.</param>
internal sealed record ProducerCheck(string Name, Paragraph Paragraph, string Sentence, Func<ProducerLog, Outcome> Judge)
    : Check<ProducerLog>(Name, Paragraph, Sentence, (log, _) => Task.FromResult(Judge(log)));
