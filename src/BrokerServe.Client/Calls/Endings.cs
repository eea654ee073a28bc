using BrokerServe.Protocol;

namespace BrokerServe.Client.Calls;

/// <summary>How calls end that no reply ends, and what people are told then.</summary>
internal static class Endings
{
    public static readonly CallOutcome Sent = new(ReplyStatus.Ok);

    public static readonly CallOutcome ShuttingDownUnsent = CallOutcome.Local(
        ReplyStatus.ShuttingDown, "The client is stopping. The request was not sent.") with { Retryable = true };

    public static readonly CallOutcome ShuttingDownSent = CallOutcome.Local(
        ReplyStatus.ShuttingDown, "The client is stopping. The request was sent, and the work may still run.");

    public static readonly CallOutcome ReplyQueueLost = CallOutcome.Local(
        ReplyStatus.OutcomeUnknown, "The connection that the reply would have come on was lost. The work may have run, or may still run.");

    public static readonly CallOutcome ConnectionLost = CallOutcome.Local(
        ReplyStatus.OutcomeUnknown,
        "The connection was lost before the broker confirmed the request. The work may have run, or may still run.");

    public static readonly CallOutcome Refused = CallOutcome.Local(
        ReplyStatus.Overloaded, "The broker refused the request: its queue is full, or the broker is. Try again later.");

    private static readonly CallOutcome NoReply = CallOutcome.Local(
        ReplyStatus.DeadlineExceeded, "No reply came by the deadline. The work may have run.");

    private static readonly CallOutcome NoConfirm = CallOutcome.Local(
        ReplyStatus.DeadlineExceeded, "The broker did not confirm the request by its deadline. The work may run.");

    public static CallOutcome TimedOut(bool oneWay) => oneWay ? NoConfirm : NoReply;

    public static CallOutcome NoSuchEndpoint(string endpoint) => CallOutcome.Local(
        ReplyStatus.EndpointNotFound, $"There is no endpoint '{endpoint}': no router has declared a queue for it.");

    public static CallOutcome TooManyPending(int capacity, string gate) => CallOutcome.Local(
        ReplyStatus.Overloaded,
        $"{capacity} calls are under way, which is all that MaxPendingCalls allows. Call less at once, or raise it. {gate}");
}
