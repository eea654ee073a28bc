namespace BrokerServe.Protocol;

/// <summary>How a call ended. The numbers are on the wire between router and replica, the names everywhere else; neither ever changes.</summary>
public enum ReplyStatus : byte
{
    /// <summary>The handler answered.</summary>
    Ok = 0,

    /// <summary>No router knows the endpoint.</summary>
    EndpointNotFound = 1,

    /// <summary>The backend has no replica, and already as many requests waiting as it may; none where it is set to reject.</summary>
    NoBackend = 2,

    /// <summary>The backlog, the router's memory for requests, the broker's queue, or what the client may have under way is full.</summary>
    Overloaded = 3,

    /// <summary>The time ran out before a reply came.</summary>
    DeadlineExceeded = 4,

    /// <summary>The caller gave the call up.</summary>
    Cancelled = 5,

    /// <summary>Every attempt ended with the death of the replica that held it.</summary>
    ReplicaLost = 6,

    /// <summary>The handler failed.</summary>
    HandlerError = 7,

    /// <summary>The backend has no handler for the call method.</summary>
    MethodNotFound = 8,

    /// <summary>The request breaks the protocol, or its payload cannot be read by the handler.</summary>
    BadRequest = 9,

    /// <summary>The request or the reply is larger than may be sent.</summary>
    PayloadTooLarge = 10,

    /// <summary>The endpoint was removed while the request waited.</summary>
    EndpointRemoved = 11,

    /// <summary>The backend was removed while the request waited.</summary>
    BackendRemoved = 12,

    /// <summary>The replica or the client is stopping; the work may have begun.</summary>
    ShuttingDown = 13,

    /// <summary>The request could not be sent in its time, as when the broker is away; it was certainly not sent.</summary>
    Unavailable = 14,

    /// <summary>The connection was lost after the request was handed to it; the work may have run.</summary>
    OutcomeUnknown = 15,

    /// <summary>A defect of BrokerServe itself.</summary>
    Internal = 16,

    /// <summary>A reply came that its caller cannot read. The work has run; the caller's own client says so, and nobody else.</summary>
    BadReply = 17,
}
