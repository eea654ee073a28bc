namespace BrokerServe.Bench.Planning;

/// <summary>What is promised of a request.</summary>
internal enum Guarantee
{
    /// <summary>Transient, unconfirmed, not acknowledged late.</summary>
    AtMostOnce,

    /// <summary>Persistent and confirmed, acknowledged when its reply was confirmed.</summary>
    AtLeastOnce,
}
