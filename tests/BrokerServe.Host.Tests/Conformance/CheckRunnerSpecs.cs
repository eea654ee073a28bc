using BrokerServe.Host.Conformance;
using BrokerServe.Transport;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>How checks are run, and what is made of their findings.</summary>
public sealed class CheckRunnerSpecs
{
    [Fact]
    public async Task A_check_that_breaks_stops_no_other()
    {
        var report = await RunAsync(
            Check("a", Outcome.Pass()),
            new("b", Paragraph.Serve, "It breaks.", (_, _) => throw new InvalidOperationException("It is broken.")),
            new("c", Paragraph.Serve, "The broker breaks.", (_, _) => throw new BrokerException(BrokerFault.Unreachable, "It is away.")),
            Check("d", Outcome.Fail("It is wrong.")));

        Assert.Equal([Verdict.Passed, Verdict.Broken, Verdict.Broken, Verdict.Failed], report.Findings.Select(finding => finding.Outcome.Verdict));
        Assert.Equal("It is away.", report.Findings[2].Outcome.Says);
    }

    [Fact]
    public async Task What_needs_a_check_that_did_not_pass_is_not_observed()
    {
        var report = await RunAsync(
            Check("a", Outcome.Fail("It is wrong.")),
            Check("b", Outcome.Pass()) with { Needs = ["a"] },
            Check("c", Outcome.Pass()) with { Needs = ["b"] });

        Assert.Equal([Verdict.Failed, Verdict.NotObserved, Verdict.NotObserved], report.Findings.Select(finding => finding.Outcome.Verdict));
        Assert.Equal("It needs 'a', which did not pass.", report.Findings[1].Outcome.Says);
    }

    [Fact]
    public async Task What_is_not_observed_fails_a_strict_run_alone()
    {
        var report = await RunAsync(Check("a", Outcome.Pass()), Check("b", Outcome.NotObserved("There was nothing.")));

        Assert.False(report.HasFailed(strict: false));
        Assert.True(report.HasFailed(strict: true));
    }

    [Fact]
    public async Task A_report_says_each_verdict_and_the_paragraph_that_says_so()
    {
        var output = new StringWriter();
        var report = new Report(json: false, output);
        report.Begin("Somebody");
        await RunAsync(report, Check("a", Outcome.Pass()), Check("b", Outcome.Fail("It is wrong.")));
        report.End("worker", "greet-v1", "Somebody");

        Assert.Contains("passed        a                       It is so.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("It is wrong.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("PROTOCOL.md#workers, 4. Serve", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("1 passed, 1 failed, 0 not observed." + Environment.NewLine, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_one_JSON_object_when_asked_for()
    {
        var output = new StringWriter();
        var report = new Report(json: true, output);
        report.Begin("Somebody");
        await RunAsync(report, Check("a", Outcome.Fail("It is wrong.")));
        report.End("worker", "greet-v1", "Somebody");

        using var json = System.Text.Json.JsonDocument.Parse(output.ToString());
        var check = json.RootElement.GetProperty("checks")[0];
        Assert.Equal(1, json.RootElement.GetProperty("failed").GetInt32());
        Assert.Equal("failed", check.GetProperty("verdict").GetString());
        Assert.Equal("#workers", check.GetProperty("anchor").GetString());
        Assert.Equal("It is wrong.", check.GetProperty("says").GetString());
    }

    private static Check<object> Check(string name, Outcome outcome) => new(name, Paragraph.Serve, "It is so.", (_, _) => Task.FromResult(outcome));

    private static async Task<Report> RunAsync(params Check<object>[] checks)
    {
        var report = new Report(json: false, TextWriter.Null);
        await RunAsync(report, checks);
        return report;
    }

    private static Task RunAsync(Report report, params Check<object>[] checks) =>
        new CheckRunner<object>(new object(), report.Add, () => "It was stopped.").RunAsync(checks, _ => Task.FromResult<string?>(null), default);
}
