using BrokerServe.Host.Status;

namespace BrokerServe.Host.Doctor;

/// <summary>What a doctor has found: what is wrong, and what was looked at and is as it should be.</summary>
internal sealed class Examination
{
    private readonly List<Problem> _problems = [];
    private readonly List<string> _sound = [];

    /// <summary>What is wrong, the worst first.</summary>
    public IReadOnlyList<Problem> Problems => [.. _problems.OrderByDescending(static problem => problem.Severity)];

    /// <summary>What was looked at and is as it should be.</summary>
    public IReadOnlyList<string> Sound => _sound;

    /// <summary>Whether calls wait or fail now.</summary>
    public bool HasFailed => _problems.Any(static problem => problem.Severity == Severity.Error);

    public void Add(IEnumerable<Problem> problems) => _problems.AddRange(problems);

    public void Add(Severity severity, string code, string about, string message, string remedy = "") =>
        _problems.Add(new Problem(severity, code, about, message, remedy));

    public void Approve(string what) => _sound.Add(what);
}
