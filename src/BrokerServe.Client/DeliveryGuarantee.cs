namespace BrokerServe.Client;

/// <summary>What a producer asks of the broker for one request.</summary>
public enum DeliveryGuarantee
{
    /// <summary>Persistent and confirmed: a request that the broker has confirmed survives its restart. The work may run more than once.</summary>
    AtLeastOnce,

    /// <summary>Transient and unconfirmed: faster, and lost with the broker or the connection. The work runs once or not at all.</summary>
    AtMostOnce,
}
