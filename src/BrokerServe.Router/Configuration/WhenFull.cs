namespace BrokerServe.Router.Configuration;

/// <summary>What becomes of a request whose backend already keeps <see cref="BackendConfig.MaxQueuedQueries"/>.</summary>
public enum WhenFull
{
    /// <summary>It waits, in order, and in the end its endpoint stops taking from the broker, which keeps the rest.</summary>
    Wait,

    /// <summary>It is answered <c>overloaded</c> at once, with the time after which to try again.</summary>
    Reject,
}
