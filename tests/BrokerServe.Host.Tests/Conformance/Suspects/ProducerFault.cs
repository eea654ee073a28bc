namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>What a producer does wrong on purpose.</summary>
public enum ProducerFault
{
    None,
    SendsAFloat,
    SendsPriorityAsText,
    WritesHeadersItsOwnWay,
    SendsTooMuchMetadata,
    ExpiresBeyondTheLimit,
    SaysTheDeadlineInSeconds,
    SaysTimesThatDisagree,
    SaysNoDeadline,
    ReusesCorrelationIds,
    ReusesMessageIds,
    HasNoCorrelationId,
    WantsAnswersElsewhere,
    TakesAContentTypeOfOurs,
    CallsAnotherEndpoint,
    SendsFramesUnasked,
    MixesPriorities,
    SendsHalfAFrame,
    DiesOfUnknownCodes,
    DiesOfUnreadableErrors,
    DiesOfUnknownHeaders,
    DiesOfSecondAnswers,
    RepeatsWhatWasAnswered,
    GivesUpWhatItNeverSent,
}
