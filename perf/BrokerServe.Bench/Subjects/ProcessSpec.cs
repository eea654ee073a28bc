namespace BrokerServe.Bench.Subjects;

/// <summary>A process that can be started. Two with the same name are one: subjects share what they have in common.</summary>
/// <param name="Name">For logs, and to know it again.</param>
/// <param name="Role">What it is to a run.</param>
/// <param name="File">The executable.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="Readiness">How it says that it is ready.</param>
internal sealed record ProcessSpec(string Name, Role Role, string File, IReadOnlyList<string> Arguments, Readiness Readiness = Readiness.Line)
{
    /// <summary>Variables of its environment, beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}
