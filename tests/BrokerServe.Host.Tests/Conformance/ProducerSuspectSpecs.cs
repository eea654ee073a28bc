using BrokerServe.Host.Conformance;
using BrokerServe.Host.Tests.Conformance.Suspects;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>Producers that do one thing wrong on purpose: the kit finds it, and nothing else.</summary>
public sealed class ProducerSuspectSpecs(ProducerRuns runs) : IClassFixture<ProducerRuns>
{
    [Fact]
    public async Task A_producer_that_does_nothing_wrong_passes_everything()
    {
        var findings = await runs.OfAsync(ProducerFault.None);

        Assert.Equal([], findings.Where(finding => finding.Outcome.Verdict != Verdict.Passed).Select(finding => WorkerTrial.Print([finding])));
    }

    [Theory]
    [InlineData(ProducerFault.SendsAFloat, "header-kinds")]
    [InlineData(ProducerFault.SendsPriorityAsText, "bs-headers")]
    [InlineData(ProducerFault.WritesHeadersItsOwnWay, "bs-headers")]
    [InlineData(ProducerFault.SendsTooMuchMetadata, "header-sizes")]
    [InlineData(ProducerFault.ExpiresBeyondTheLimit, "expiration")]
    [InlineData(ProducerFault.SaysTheDeadlineInSeconds, "deadline")]
    [InlineData(ProducerFault.SaysTimesThatDisagree, "deadline-and-expiration")]
    [InlineData(ProducerFault.SaysNoDeadline, "deadline-and-expiration")]
    [InlineData(ProducerFault.ReusesCorrelationIds, "correlation-id-unique")]
    [InlineData(ProducerFault.ReusesMessageIds, "idempotency-key", "no-repetition")]
    [InlineData(ProducerFault.HasNoCorrelationId, "correlation-id")]
    [InlineData(ProducerFault.WantsAnswersElsewhere, "reply-to")]
    [InlineData(ProducerFault.TakesAContentTypeOfOurs, "content-type")]
    [InlineData(ProducerFault.CallsAnotherEndpoint, "requests")]
    [InlineData(ProducerFault.SendsFramesUnasked, "frame-asked")]
    [InlineData(ProducerFault.MixesPriorities, "frame-company")]
    [InlineData(ProducerFault.SendsHalfAFrame, "frame")]
    [InlineData(ProducerFault.DiesOfUnknownCodes, "after-unknown-code")]
    [InlineData(ProducerFault.DiesOfUnreadableErrors, "after-unreadable-error")]
    [InlineData(ProducerFault.DiesOfUnknownHeaders, "after-later-version")]
    [InlineData(ProducerFault.DiesOfSecondAnswers, "after-second-answer")]
    [InlineData(ProducerFault.RepeatsWhatWasAnswered, "no-repetition")]
    [InlineData(ProducerFault.GivesUpWhatItNeverSent, "cancel")]
    public async Task A_producer_fails_the_check_of_what_it_does_wrong_and_no_other(ProducerFault fault, params string[] expected)
    {
        var findings = await runs.OfAsync(fault);

        WorkerTrial.AssertFailed(expected, findings);
    }
}
