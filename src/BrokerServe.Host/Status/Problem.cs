namespace BrokerServe.Host.Status;

/// <summary>Something that is wrong, and what to do about it.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A word for scripts, such as <c>no_replica</c>; it never changes its meaning.</param>
/// <param name="About">What it is about, such as <c>backend greet-v1</c>.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
/// <param name="Remedy">What to do about it, in a sentence; empty where there is nothing to do.</param>
internal sealed record Problem(Severity Severity, string Code, string About, string Message, string Remedy);
