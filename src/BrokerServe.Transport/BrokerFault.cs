namespace BrokerServe.Transport;

/// <summary>Ways in which a broker fails its caller, named by what the caller can do about them.</summary>
public enum BrokerFault
{
    /// <summary>No node answered, or the connection was lost. Try again with back-off.</summary>
    Unreachable,

    /// <summary>User, password or certificate was refused. An operator must act; trying again slowly is right.</summary>
    LoginRefused,

    /// <summary>The user may not do this (configure, write or read permission). An operator must act.</summary>
    AccessDenied,

    /// <summary>The object exists with another type or other arguments. An operator must migrate or delete it.</summary>
    TopologyMismatch,

    /// <summary>There is no such queue or exchange, or its home node is down. Declare it, or try again.</summary>
    NotFound,

    /// <summary>The queue is exclusive to another connection. Use another name.</summary>
    Locked,

    /// <summary>A limit of the broker was reached (connections, channels, queues). An operator must act.</summary>
    LimitReached,

    /// <summary>The message is larger than <see cref="BrokerLimits"/>; nothing was sent.</summary>
    TooLarge,

    /// <summary>The broker did not answer an operation in time; the connection is not to be trusted any more.</summary>
    TimedOut,

    /// <summary>Anything else; the message says what.</summary>
    Other,
}
