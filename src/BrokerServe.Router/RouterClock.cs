namespace BrokerServe.Router;

/// <summary>The router's two clocks: a monotonic one for everything inside, and the wall clock for what the wire says.</summary>
internal sealed class RouterClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeProvider Time => time;

    /// <summary>Milliseconds since the router started; never goes back.</summary>
    public long NowMs => (long)time.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>The same in microseconds, for what is timed.</summary>
    public long NowUs => time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long UnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
