namespace BrokerServe.Protocol;

/// <summary>Names, fault and safety of a retry for every <see cref="ReplyStatus"/>.</summary>
public static class ReplyStatuses
{
    /// <summary>The one with the highest number.</summary>
    internal const ReplyStatus Last = ReplyStatus.BadReply;

    /// <summary>The name on the wire, such as <c>deadline_exceeded</c>; that of <see cref="ReplyStatus.Internal"/> for a value that is none.</summary>
    public static string Name(this ReplyStatus status) => status switch
    {
        ReplyStatus.Ok => "ok",
        ReplyStatus.EndpointNotFound => "endpoint_not_found",
        ReplyStatus.NoBackend => "no_backend",
        ReplyStatus.Overloaded => "overloaded",
        ReplyStatus.DeadlineExceeded => "deadline_exceeded",
        ReplyStatus.Cancelled => "cancelled",
        ReplyStatus.ReplicaLost => "replica_lost",
        ReplyStatus.HandlerError => "handler_error",
        ReplyStatus.MethodNotFound => "method_not_found",
        ReplyStatus.BadRequest => "bad_request",
        ReplyStatus.PayloadTooLarge => "payload_too_large",
        ReplyStatus.EndpointRemoved => "endpoint_removed",
        ReplyStatus.BackendRemoved => "backend_removed",
        ReplyStatus.ShuttingDown => "shutting_down",
        ReplyStatus.Unavailable => "unavailable",
        ReplyStatus.OutcomeUnknown => "outcome_unknown",
        ReplyStatus.BadReply => "bad_reply",
        _ => "internal",
    };

    /// <summary>Whose turn it is.</summary>
    public static Fault FaultOf(this ReplyStatus status) => status switch
    {
        ReplyStatus.Ok => Fault.None,
        ReplyStatus.EndpointNotFound or ReplyStatus.Cancelled or ReplyStatus.MethodNotFound or ReplyStatus.BadRequest
            or ReplyStatus.PayloadTooLarge or ReplyStatus.BadReply => Fault.Producer,
        ReplyStatus.HandlerError or ReplyStatus.ReplicaLost => Fault.Worker,
        ReplyStatus.NoBackend or ReplyStatus.Overloaded or ReplyStatus.DeadlineExceeded or ReplyStatus.EndpointRemoved
            or ReplyStatus.BackendRemoved or ReplyStatus.ShuttingDown => Fault.Operator,
        ReplyStatus.Unavailable or ReplyStatus.OutcomeUnknown => Fault.Broker,
        _ => Fault.Router,
    };

    /// <summary>Whether the same call may sensibly and safely be made again: it certainly did not run, and may now succeed.</summary>
    /// <remarks>
    /// An <see cref="ErrorBody"/> that says otherwise knows better: <see cref="ReplyStatus.ShuttingDown"/> may be said of work that had
    /// begun, so it is not safe by itself, but a worker that never began says so in the body.
    /// </remarks>
    public static bool IsRetryable(this ReplyStatus status) =>
        status is ReplyStatus.NoBackend or ReplyStatus.Overloaded or ReplyStatus.BackendRemoved or ReplyStatus.Unavailable;

    /// <summary>Finds a status by its name on the wire.</summary>
    /// <returns>False for a name that this version does not know; <paramref name="status"/> is then <see cref="ReplyStatus.Internal"/>.</returns>
    public static bool TryParse(string? name, out ReplyStatus status)
    {
        for (status = ReplyStatus.Ok; status <= Last; status++)
        {
            if (string.Equals(status.Name(), name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        status = ReplyStatus.Internal;
        return false;
    }
}
