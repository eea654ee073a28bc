namespace BrokerServe.Router.Configuration;

/// <summary>What an endpoint promises about a request that a router took from the broker.</summary>
public enum DeliveryGuarantee
{
    /// <summary>It is settled after its one outcome was confirmed by the broker, so a lost router or replica means that it runs again.</summary>
    AtLeastOnce,

    /// <summary>It is settled when it is dispatched and never retried: faster, and lost with whatever loses it.</summary>
    AtMostOnce,
}
