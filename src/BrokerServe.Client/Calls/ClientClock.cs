namespace BrokerServe.Client.Calls;

/// <summary>The client's time: monotonic milliseconds for deadlines inside, wall clock for what is told to others.</summary>
internal sealed class ClientClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeProvider Time => time;

    /// <summary>Milliseconds since the client was made; no change of the wall clock moves it.</summary>
    public long NowMs => (long)time.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long UnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
