namespace BrokerServe.Transport.Supervision;

/// <summary>How to come back after a lost connection.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The longest wait before the second attempt; the first follows at once. Each wait is drawn between half and the whole.</summary>
    /// <value>Default 100 ms.</value>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait while the broker is away; waits double until they reach it.</summary>
    /// <value>Default 5 s: a broker that restarts takes about 10 s, and every party of a system comes back at once.</value>
    /// <remarks>Also what a session must last to count as a recovery: one that fails sooner goes on with the waits where they were.</remarks>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait after a refusal that only an operator can end: login, permission, a limit of the broker.</summary>
    /// <value>Default 30 s: each refusal is a line in the broker's log, and some directories lock accounts that fail often.</value>
    public TimeSpan RefusedDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may take to say good-bye before it is abandoned.</summary>
    /// <value>Default 5 s: a dead peer never answers, and nothing of value depends on the answer.</value>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
