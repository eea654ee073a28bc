using BrokerServe.Host.Conformance;
using BrokerServe.Host.Tests.Conformance.Suspects;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Workers that do one thing wrong on purpose: the kit finds it, and nothing else.</summary>
public sealed class WorkerSuspectSpecs(SuspectRuns runs) : IClassFixture<SuspectRuns>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_that_does_nothing_wrong_passes_everything(bool framed)
    {
        var findings = await runs.OfAsync(framed, Fault.None);

        Assert.Equal([], findings.Where(finding => finding.Outcome.Verdict != Verdict.Passed && finding.Check.Name != "heartbeat-busy").Select(Print));
    }

    [Theory]
    [InlineData(nameof(Fault.DropsCorrelationIds), "answers")]
    [InlineData(nameof(Fault.AnswersTwice), "once")]
    [InlineData(nameof(Fault.RoundsTickets), "ticket")]
    [InlineData(nameof(Fault.AnswersWhereItAnsweredFirst), "reply-to")]
    [InlineData(nameof(Fault.IgnoresDeadlines), "expired", "expired-waiting")]
    [InlineData(nameof(Fault.IgnoresItsLimit), "limit")]
    [InlineData(nameof(Fault.NeverBeats), "heartbeat", "draining")]
    [InlineData(nameof(Fault.DoesNotHearRouters), "join-again", "draining")] // Whom it does not know it cannot wait for.
    [InlineData(nameof(Fault.AnnouncesAFloat), "announcement")]
    [InlineData(nameof(Fault.SharesItsQueue), "queue")]
    [InlineData(nameof(Fault.SaysErrorsInText), "error-body")]
    [InlineData(nameof(Fault.MakesUpCodes), "handler-error", "reply-code", "error-body")]
    [InlineData(nameof(Fault.TakesUnknownMethodsForFailures), "unknown-method")]
    [InlineData(nameof(Fault.DiesOfGarbage), "unknown-command", "broken-command")]
    [InlineData(nameof(Fault.LeavesAtOnce), "draining")]
    [InlineData(nameof(Fault.LeavesAfterOneFence), "drain-fence")]
    [InlineData(nameof(Fault.DropsWhatItHoldsWhenItLeaves), "drain-answers")]
    public async Task A_plain_worker_fails_the_check_of_what_it_does_wrong_and_no_other(string fault, params string[] expected)
    {
        var findings = await runs.OfAsync(framed: false, Enum.Parse<Fault>(fault));

        Judge(expected, findings);
    }

    [Theory]
    [InlineData(nameof(Fault.AnswersTwice), "once")]
    [InlineData(nameof(Fault.RoundsTickets), "ticket")]
    [InlineData(nameof(Fault.IgnoresItsLimit), "limit")]
    [InlineData(nameof(Fault.IgnoresCancel), "cancel")]
    [InlineData(nameof(Fault.IgnoresConfigure), "configure")]
    [InlineData(nameof(Fault.AnswersOldIncarnations), "frame-stale", "epoch")]
    [InlineData(nameof(Fault.AnswersOldSyncs), "sync-stale")]
    [InlineData(nameof(Fault.KeepsTheOldReplyKey), "epoch")]
    [InlineData(nameof(Fault.ReportsNothing), "sync-held")]
    [InlineData(nameof(Fault.RunsRepeatedTickets), "repeated-ticket")]
    [InlineData(nameof(Fault.WritesFloats), "answers")]
    public async Task A_framed_worker_fails_the_check_of_what_it_does_wrong_and_no_other(string fault, params string[] expected)
    {
        var findings = await runs.OfAsync(framed: true, Enum.Parse<Fault>(fault));

        Judge(expected, findings);
    }

    private static void Judge(string[] expected, IReadOnlyList<Finding> findings)
    {
        Assert.True(expected.ToHashSet().SetEquals(WorkerTrial.Names(findings, Verdict.Failed)), WorkerTrial.Print(findings));
        Assert.Equal([], WorkerTrial.Names(findings, Verdict.Broken));
    }

    private static string Print(Finding finding) => WorkerTrial.Print([finding]);
}
