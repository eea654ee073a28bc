using BrokerServe.Protocol;

namespace BrokerServe.Worker.Replies;

/// <summary>The bodies of error replies that do not depend on the query: encoded once.</summary>
internal static class ErrorReplies
{
    public static byte[] DeadlineExceeded { get; } = Encode(
        ReplyStatus.DeadlineExceeded, "The deadline passed before the replica had an answer.");

    public static byte[] Cancelled { get; } = Encode(ReplyStatus.Cancelled, "The call was given up.");

    /// <summary>For a query whose handler was cut off: whether the work was done is unknown.</summary>
    public static byte[] CutOff { get; } = Encode(
        ReplyStatus.ShuttingDown, "The replica stopped while the handler ran; whether the work was done is unknown.");

    /// <summary>For a query whose handler never began, so that it may safely be asked for again.</summary>
    public static byte[] NotBegun { get; } = new ErrorBody(
        ReplyStatus.ShuttingDown, "The replica stopped before it began; another one can be asked.", Retryable: true).Encode();

    public static byte[] Overloaded { get; } = Encode(
        ReplyStatus.Overloaded, "The replica holds as many queries as its limit allows for all routers together.");

    public static byte[] Encode(ReplyStatus status, string message, IReadOnlyDictionary<string, string>? detail = null) =>
        new ErrorBody(status, message, status.IsRetryable(), detail).Encode();

    /// <summary>The body for a query that was given up for <paramref name="cause"/>, before or after its handler began.</summary>
    public static byte[] For(ReplyStatus cause, bool begun) => cause switch
    {
        ReplyStatus.DeadlineExceeded => DeadlineExceeded,
        ReplyStatus.Cancelled => Cancelled,
        ReplyStatus.ShuttingDown => begun ? CutOff : NotBegun,
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "Queries are not given up for this reason."),
    };
}
