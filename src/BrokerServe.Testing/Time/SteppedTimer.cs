namespace BrokerServe.Testing.Time;

/// <summary>A timer of a <see cref="SteppedTime"/>, which says when it is due.</summary>
internal sealed class SteppedTimer(SteppedTime time, TimerCallback callback, object? state) : ITimer
{
    private ITimer? _inner;
    private TimeSpan _period;

    /// <summary>Guarded by the clock's lock.</summary>
    public DateTimeOffset Due { get; set; } = DateTimeOffset.MaxValue;

    public void Wrap(ITimer inner) => _inner = inner;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        // Before the clock itself hears of it: a timer that is due at once fires in there, and notes what comes after.
        _period = period;
        time.Note(this, dueTime == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + dueTime);
        return _inner!.Change(dueTime, period);
    }

    public void Fire()
    {
        time.NoteFired(this, _period);
        callback(state);
    }

    public void Dispose()
    {
        time.Note(this, null);
        _inner!.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        time.Note(this, null);
        return _inner!.DisposeAsync();
    }
}
