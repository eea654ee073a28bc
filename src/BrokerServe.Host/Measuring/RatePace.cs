namespace BrokerServe.Host.Measuring;

/// <summary>An open loop: calls are due at a rate, whatever became of those before.</summary>
/// <remarks>
/// A call's latency counts from when it was due, also when all callers were busy then: what a stall delays is not left out of the
/// percentiles (no coordinated omission). Timers have a resolution of a millisecond, which is in the figures.
/// </remarks>
internal sealed class RatePace(TimeProvider time, TimeSpan duration, double callsPerSecond) : IPace
{
    private readonly long _start = time.GetTimestamp();
    private readonly double _ticksPerCall = time.TimestampFrequency / callsPerSecond;
    private readonly long _length = (long)(duration.TotalSeconds * time.TimestampFrequency);
    private long _next = -1;

    public async ValueTask<long?> NextAsync(CancellationToken stopping)
    {
        var after = (long)(Interlocked.Increment(ref _next) * _ticksPerCall);
        if (after >= _length || stopping.IsCancellationRequested)
        {
            return null;
        }

        var due = _start + after;
        try
        {
            for (var wait = time.GetElapsedTime(time.GetTimestamp(), due); wait > TimeSpan.Zero; wait = time.GetElapsedTime(time.GetTimestamp(), due))
            {
                // Rounded up: a call is never early.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return due;
    }
}
