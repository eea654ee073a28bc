using BrokerServe.Worker.Scheduling;

namespace BrokerServe.Worker.Running;

/// <summary>Milliseconds of the worker's two clocks. Safe for any thread.</summary>
internal sealed class WorkerClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeProvider Time => time;

    public long NowMs => time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;

    public Moment Now => new(NowMs, time.GetUtcNow().ToUnixTimeMilliseconds());
}
