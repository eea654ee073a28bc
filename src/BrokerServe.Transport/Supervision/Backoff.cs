namespace BrokerServe.Transport.Supervision;

/// <summary>How long to wait before the next attempt: at once, then doubling from the first delay to the longest, with jitter.</summary>
internal sealed class Backoff(ReconnectOptions options, Random random)
{
    private int _failures;
    private bool _lostBefore;

    /// <summary>The wait after an attempt to connect that failed.</summary>
    public TimeSpan AfterFailure(BrokerFault fault)
    {
        var whole = fault is BrokerFault.LoginRefused or BrokerFault.AccessDenied or BrokerFault.LimitReached
            ? options.RefusedDelay
            : Doubled(_failures++);

        // Between half and the whole: parties that lost the same broker spread out, and none of them hurries.
        return whole * (0.5 + (random.NextDouble() / 2));
    }

    /// <summary>The wait after a connection was lost. The first loss costs none; one soon after it counts as a failed attempt.</summary>
    public TimeSpan AfterLoss(BrokerException? reason, bool lasted)
    {
        if (lasted)
        {
            (_failures, _lostBefore) = (0, false);
        }

        var free = !_lostBefore && reason?.Fault is null or BrokerFault.Unreachable or BrokerFault.TimedOut;
        _lostBefore = true;
        return free ? TimeSpan.Zero : AfterFailure(reason?.Fault ?? BrokerFault.Other);
    }

    private TimeSpan Doubled(int failures)
    {
        // 30 doublings of a millisecond are 12 days: more cannot matter, and the shift must not overflow.
        var whole = options.FirstDelay * (1L << Math.Min(failures, 30));
        return whole < options.MaxDelay ? whole : options.MaxDelay;
    }
}
