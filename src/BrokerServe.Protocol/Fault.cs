namespace BrokerServe.Protocol;

/// <summary>Whose turn it is when a call ends otherwise than <see cref="ReplyStatus.Ok"/>.</summary>
public enum Fault
{
    /// <summary>Nobody's: the call ended well.</summary>
    None,

    /// <summary>The producer sent what cannot be served, or gave up.</summary>
    Producer,

    /// <summary>The handler, or the worker process it runs in.</summary>
    Worker,

    /// <summary>The operator's configuration or capacity.</summary>
    Operator,

    /// <summary>The broker, or the connection to it.</summary>
    Broker,

    /// <summary>BrokerServe.</summary>
    Router,
}
