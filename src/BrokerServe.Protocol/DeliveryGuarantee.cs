namespace BrokerServe.Protocol;

/// <summary>What is promised about a request on its part of the way: by the producer's publish, and by the router's settlement.</summary>
public enum DeliveryGuarantee
{
    /// <summary>
    /// Producer: persistent and confirmed, so that a confirmed request survives a restart of the broker. Router: settled after its one
    /// outcome was confirmed, so that a lost router or replica means that it runs again. The work may run more than once.
    /// </summary>
    AtLeastOnce,

    /// <summary>
    /// Producer: not persistent, and never repeated. Router: settled when it is dispatched, and never retried. Faster, and lost with whatever
    /// loses it. The work runs once or not at all.
    /// </summary>
    AtMostOnce,
}
