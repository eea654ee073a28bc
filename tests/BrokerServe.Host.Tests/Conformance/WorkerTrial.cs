using BrokerServe.Host.Conformance;
using BrokerServe.Host.Conformance.Worker;
using BrokerServe.Host.Tests.Conformance.Suspects;
using BrokerServe.Protocol;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>One run of the kit for workers on a broker in this process.</summary>
internal static class WorkerTrial
{
    /// <summary>What suspects can be asked.</summary>
    public static WorkerSettings OfSuspect { get; } = Settings(Suspect.Backend) with
    {
        Slow = TrialCall.Parse("", Suspect.SlowMethod, Settings("").Ordinary),
        Failing = TrialCall.Parse("", Suspect.FailingMethod, Settings("").Ordinary),
        ExpectsDrain = true,
    };

    public static WorkerSettings Settings(string target) =>
        new(target, ObjectNames.DefaultPrefix, TrialCall.OfJson("", null, """{"name":"Ada"}"""));

    /// <summary>Runs the kit while a worker is there.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="stop">Stops the worker, when the kit says so.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(InMemoryBroker broker, WorkerSettings settings, Func<Task>? stop = null)
    {
        var output = new StringWriter();
        var report = new Report(json: false, output);
        await new WorkerRun(settings, report, new PromptWriter(stop)).RunAsync(broker, default);
        return report.Findings;
    }

    /// <summary>Starts a suspect, and runs the kit on it.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Func<InMemoryBroker, Suspect> make, TimeSpan timeout)
    {
        using var broker = new InMemoryBroker();
        await using var suspect = make(broker);
        var starting = Task.Run(suspect.StartAsync);
        var findings = await RunAsync(broker, OfSuspect with { Timeout = timeout }, suspect.StopAsync);
        await starting;
        return findings;
    }

    public static string[] Names(IEnumerable<Finding> findings, Verdict verdict) =>
        [.. findings.Where(finding => finding.Outcome.Verdict == verdict).Select(finding => finding.Check.Name)];

    /// <summary>These checks failed and no others, and none was broken.</summary>
    public static void AssertFailed(string[] expected, IReadOnlyList<Finding> findings)
    {
        Assert.True(expected.ToHashSet().SetEquals(Names(findings, Verdict.Failed)), Print(findings));
        Assert.Equal([], Names(findings, Verdict.Broken));
    }

    /// <summary>Everything that was found, for the message of a test that fails.</summary>
    public static string Print(IEnumerable<Finding> findings) =>
        string.Join('\n', findings.Select(finding => $"{finding.Outcome.Verdict} {finding.Check.Name}: {finding.Outcome.Says}"));

    /// <summary>Does what people do when they are told to.</summary>
    private sealed class PromptWriter(Func<Task>? stop) : StringWriter
    {
        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            if (value == Host.Conformance.Worker.Checks.DrainChecks.Prompt)
            {
                _ = stop?.Invoke();
            }
        }
    }
}
