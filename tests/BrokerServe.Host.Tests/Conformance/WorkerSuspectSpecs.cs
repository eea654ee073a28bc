using BrokerServe.Host.Conformance;
using BrokerServe.Host.Tests.Conformance.Suspects;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Workers that do one thing wrong on purpose: the kit finds it, and nothing else.</summary>
public sealed class WorkerSuspectSpecs(WorkerRuns runs) : IClassFixture<WorkerRuns>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_that_does_nothing_wrong_passes_everything(bool framed)
    {
        var findings = await runs.OfAsync((framed, Fault.None));

        Assert.Equal([], findings.Where(finding => finding.Outcome.Verdict != Verdict.Passed && finding.Check.Name != "heartbeat-busy").Select(Print));
    }

    [Theory]
    [InlineData(Fault.DropsCorrelationIds, "answers")]
    [InlineData(Fault.AnswersTwice, "once")]
    [InlineData(Fault.RoundsTickets, "ticket")]
    [InlineData(Fault.AnswersWhereItAnsweredFirst, "reply-to")]
    [InlineData(Fault.IgnoresDeadlines, "expired", "expired-waiting")]
    [InlineData(Fault.IgnoresItsLimit, "limit")]
    [InlineData(Fault.NeverBeats, "heartbeat", "draining")]
    [InlineData(Fault.DoesNotHearRouters, "join-again", "draining")] // Whom it does not know it cannot wait for.
    [InlineData(Fault.AnnouncesAFloat, "announcement")]
    [InlineData(Fault.SharesItsQueue, "queue")]
    [InlineData(Fault.SaysErrorsInText, "error-body")]
    [InlineData(Fault.MakesUpCodes, "handler-error", "reply-code", "error-body")]
    [InlineData(Fault.TakesUnknownMethodsForFailures, "unknown-method")]
    [InlineData(Fault.DiesOfGarbage, "unknown-command", "broken-command")]
    [InlineData(Fault.LeavesAtOnce, "draining")]
    [InlineData(Fault.LeavesAfterOneFence, "drain-fence")]
    [InlineData(Fault.DropsWhatItHoldsWhenItLeaves, "drain-answers")]
    public async Task A_plain_worker_fails_the_check_of_what_it_does_wrong_and_no_other(Fault fault, params string[] expected)
    {
        var findings = await runs.OfAsync((false, fault));

        WorkerTrial.AssertFailed(expected, findings);
    }

    [Theory]
    [InlineData(Fault.AnswersTwice, "once")]
    [InlineData(Fault.RoundsTickets, "ticket")]
    [InlineData(Fault.IgnoresItsLimit, "limit")]
    [InlineData(Fault.IgnoresCancel, "cancel")]
    [InlineData(Fault.IgnoresConfigure, "configure")]
    [InlineData(Fault.AnswersOldIncarnations, "frame-stale", "epoch")]
    [InlineData(Fault.AnswersOldSyncs, "sync-stale")]
    [InlineData(Fault.KeepsTheOldReplyKey, "epoch")]
    [InlineData(Fault.ReportsNothing, "sync-held")]
    [InlineData(Fault.RunsRepeatedTickets, "repeated-ticket")]
    [InlineData(Fault.WritesFloats, "answers")]
    public async Task A_framed_worker_fails_the_check_of_what_it_does_wrong_and_no_other(Fault fault, params string[] expected)
    {
        var findings = await runs.OfAsync((true, fault));

        WorkerTrial.AssertFailed(expected, findings);
    }

    private static string Print(Finding finding) => WorkerTrial.Print([finding]);
}
