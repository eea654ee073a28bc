namespace BrokerServe.Transport.Supervision;

/// <summary>How to come back after a lost connection.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The longest wait before the second attempt; the first follows at once. Each wait is drawn between half and the whole.</summary>
    /// <value>Default 100 ms.</value>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait ever; waits double until they reach it.</summary>
    /// <value>Default 5 s: a broker that restarts takes about 10 s, and every party of a system comes back at once.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);
}
