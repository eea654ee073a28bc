using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Dispatch;

/// <summary>The router's own answers, each with a sentence that says what to do.</summary>
internal static class RouterErrors
{
    public static ErrorBody DeadlineExceeded(string where) =>
        Make(ReplyStatus.DeadlineExceeded, $"The deadline passed {where}. Allow more time, or add replicas.");

    public static ErrorBody NoBackend(BackendModel backend) =>
        Make(
            ReplyStatus.NoBackend,
            $"Backend '{backend.Name}' has no replica, and {backend.MaxQueuedQueries} requests wait for one. Start a worker for it.");

    public static ErrorBody Overloaded(BackendModel backend, long retryAfterMs) =>
        Make(
            ReplyStatus.Overloaded,
            $"Backend '{backend.Name}' has {backend.MaxQueuedQueries} requests of this endpoint waiting (MaxQueuedQueries). Try again later, or add replicas.",
            ("retry_after_ms", retryAfterMs.ToString(CultureInfo.InvariantCulture)));

    public static ErrorBody OverloadedByBytes(long maxBufferedBytes) =>
        Make(
            ReplyStatus.Overloaded,
            $"The router holds {maxBufferedBytes} bytes of requests (MaxBufferedBytes). Try again later, or add routers.");

    public static ErrorBody ReplicaLost(string backend, int attempts) =>
        Make(
            ReplyStatus.ReplicaLost,
            $"Each of {attempts} attempts ended with the loss of the replica of '{backend}' that held the request.",
            ("attempts", attempts.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The same, with the word that a copy of the request is safe in the dead queue.</summary>
    public static ErrorBody WithCopyKept(ErrorBody error) =>
        error with { Detail = new Dictionary<string, string>(error.Detail ?? new Dictionary<string, string>()) { [ErrorBody.CopyDetail] = ErrorBody.CopyKept } };

    public static ErrorBody OutcomeUnknown() =>
        Make(
            ReplyStatus.OutcomeUnknown,
            "The router lost its connection while the request was at a replica, and the endpoint delivers at most once. The work may have run.");

    public static ErrorBody LetGo() =>
        Make(
            ReplyStatus.Unavailable,
            "The router stopped serving the endpoint before the request was dispatched, and the endpoint delivers at most once. It has not run.");

    public static ErrorBody Redelivered() =>
        Make(
            ReplyStatus.OutcomeUnknown,
            "A router had the request before and did not say what became of it, and the endpoint delivers at most once. The work may have run.");

    public static ErrorBody Cancelled() => Make(ReplyStatus.Cancelled, "The producer gave the request up.");

    public static ErrorBody EndpointRemoved(string endpoint) =>
        Make(ReplyStatus.EndpointRemoved, $"Endpoint '{endpoint}' was removed while the request waited.");

    public static ErrorBody BackendRemoved(string backend) =>
        Make(ReplyStatus.BackendRemoved, $"Backend '{backend}' was removed while the request waited.");

    public static ErrorBody EndpointNotFound(string endpoint) =>
        Make(ReplyStatus.EndpointNotFound, $"There is no endpoint '{endpoint}'. Check the name, or the router's configuration.");

    public static ErrorBody BadRequest(string why) => Make(ReplyStatus.BadRequest, why);

    public static ErrorBody PayloadTooLarge(string what, long bytes, long maxBytes) =>
        Make(ReplyStatus.PayloadTooLarge, $"The {what} has {bytes} bytes; at most {maxBytes} are allowed.");

    private static ErrorBody Make(ReplyStatus status, string message, params ReadOnlySpan<(string Name, string Value)> detail)
    {
        Dictionary<string, string>? facts = null;
        foreach (var (name, value) in detail)
        {
            (facts ??= []).Add(name, value);
        }

        return new ErrorBody(status, message, status.IsRetryable(), facts);
    }
}
