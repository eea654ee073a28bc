using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Testing.Time;

/// <summary>A fake clock that knows which of its timers is due next, so that it can be moved from one to the next.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<SteppedTimer> _armed = [];

    /// <summary>When the next timer is due; null while none is set.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _armed.Count == 0 ? null : _armed.Min(static timer => timer.Due);
            }
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, callback, state);
        timer.Wrap(base.CreateTimer(static timer => ((SteppedTimer)timer!).Fire(), timer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A timer was set; null: never.</summary>
    public void Note(SteppedTimer timer, DateTimeOffset? due)
    {
        lock (_lock)
        {
            timer.Due = due ?? DateTimeOffset.MaxValue;
            if (due is null)
            {
                _armed.Remove(timer);
            }
            else
            {
                _armed.Add(timer);
            }
        }
    }

    /// <summary>A timer fires. One that was set anew in the meantime stays as it was set.</summary>
    public void NoteFired(SteppedTimer timer, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.Due <= GetUtcNow())
            {
                Note(timer, period > TimeSpan.Zero ? timer.Due + period : null);
            }
        }
    }
}
