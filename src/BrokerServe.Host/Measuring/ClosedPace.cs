namespace BrokerServe.Host.Measuring;

/// <summary>A closed loop: each caller begins a call when its last one has ended.</summary>
internal sealed class ClosedPace(TimeProvider time, TimeSpan duration) : IPace
{
    private readonly long _start = time.GetTimestamp();

    public ValueTask<long?> NextAsync(CancellationToken stopping) => new(
        stopping.IsCancellationRequested || time.GetElapsedTime(_start) >= duration ? null : time.GetTimestamp());
}
