namespace BrokerServe.Router.Configuration;

/// <summary>What becomes of a request whose backend has no replica.</summary>
public enum WhenNoReplica
{
    /// <summary>It waits for the first replica to join, up to the backend's bound; beyond it the answer is <c>no_backend</c>.</summary>
    Wait,

    /// <summary>It is answered <c>no_backend</c> at once.</summary>
    Reject,
}
