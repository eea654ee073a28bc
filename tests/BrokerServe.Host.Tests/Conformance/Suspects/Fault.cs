namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>What a worker does wrong on purpose.</summary>
public enum Fault
{
    None,
    DropsCorrelationIds,
    AnswersTwice,
    RoundsTickets,
    AnswersWhereItAnsweredFirst,
    IgnoresDeadlines,
    IgnoresItsLimit,
    NeverBeats,
    DoesNotHearRouters,
    AnnouncesAFloat,
    SharesItsQueue,
    SaysErrorsInText,
    MakesUpCodes,
    TakesUnknownMethodsForFailures,
    DiesOfGarbage,
    LeavesAtOnce,
    LeavesAfterOneFence,
    DropsWhatItHoldsWhenItLeaves,
    IgnoresCancel,
    IgnoresConfigure,
    AnswersOldIncarnations,
    AnswersOldSyncs,
    KeepsTheOldReplyKey,
    ReportsNothing,
    RunsRepeatedTickets,
    WritesFloats,
}
