namespace BrokerServe.Host.Conformance;

/// <summary>How a check ended.</summary>
internal enum Verdict
{
    /// <summary>What was seen is what the protocol says.</summary>
    Passed,

    /// <summary>What was seen is not what the protocol says.</summary>
    Failed,

    /// <summary>Nothing was seen that would tell: no pass, and no failure.</summary>
    NotObserved,

    /// <summary>The check itself failed, or the broker did; it says nothing of who was checked.</summary>
    Broken,
}
