namespace BrokerServe.Transport.Supervision;

/// <summary>How to come back after a lost connection.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The longest of any of these times, 1 hour: nobody waits longer on purpose, but <c>30</c> in a configuration is read as 30 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The longest wait before the second attempt; the first follows at once. Each wait is drawn between half and the whole.</summary>
    /// <value>Above 0, up to <see cref="MaxDelay"/>. Default 100 ms.</value>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait while the broker is away; waits double until they reach it.</summary>
    /// <value>Above 0, up to an hour. Default 5 s: a broker that restarts takes about 10 s, and every party of a system comes back at once.</value>
    /// <remarks>Also what a session must last to count as a recovery: one that fails sooner goes on with the waits where they were.</remarks>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait after a refusal that only an operator can end: login, permission, a limit of the broker.</summary>
    /// <value>Above 0, up to an hour. Default 30 s: each refusal is a line in the broker's log, and some directories lock accounts that fail often.</value>
    public TimeSpan RefusedDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may take to say good-bye before it is abandoned.</summary>
    /// <value>Above 0, up to an hour. Default 5 s: a dead peer never answers, and nothing of value depends on the answer.</value>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Finds everything that is wrong with these settings, for whoever has them among its own.</summary>
    /// <param name="print">How to write a time, as whoever wrote the settings does; null for .NET's way.</param>
    /// <returns>The setting, and what is wrong with it, to be read behind its name; empty when nothing is.</returns>
    public IEnumerable<(string Setting, string Problem)> FindFaults(Func<TimeSpan, string>? print = null)
    {
        print ??= static time => time.ToString();
        foreach (var (setting, time) in new[]
        {
            (nameof(FirstDelay), FirstDelay), (nameof(MaxDelay), MaxDelay), (nameof(RefusedDelay), RefusedDelay), (nameof(DisposeTimeout), DisposeTimeout),
        })
        {
            if (time <= TimeSpan.Zero || time > Longest)
            {
                yield return (setting, $"is {print(time)}; it must be above 0 and at most {print(Longest)}");
            }
        }

        if (FirstDelay > MaxDelay)
        {
            yield return (
                nameof(FirstDelay),
                $"is {print(FirstDelay)}, which is above {nameof(MaxDelay)} ({print(MaxDelay)}); lower the one or raise the other");
        }
    }
}
