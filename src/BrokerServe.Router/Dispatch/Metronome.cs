namespace BrokerServe.Router.Dispatch;

/// <summary>The one timer of the router: lets time pass for every dispatch loop that waits for a deadline.</summary>
internal sealed class Metronome : IDisposable
{
    private readonly ITimer _timer;

    public Metronome(TimeProvider time, DispatchLoops loops)
    {
        var period = TimeSpan.FromMilliseconds(DeadlineWheel.TickMs);
        _timer = time.CreateTimer(
            static loops => ((DispatchLoops)loops!).Tick(),
            loops,
            period,
            period);
    }

    public void Dispose() => _timer.Dispose();
}
