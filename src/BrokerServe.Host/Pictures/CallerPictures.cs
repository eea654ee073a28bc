using BrokerServe.Host.Measuring;

namespace BrokerServe.Host.Pictures;

/// <summary>Takes pictures of callers at work, from the moment that it is made.</summary>
/// <remarks>One thread, because each picture adds to the history that the next one shows.</remarks>
/// <param name="title">What is running.</param>
/// <param name="counted">What is counted.</param>
/// <param name="duration">How long calls are begun.</param>
/// <param name="callers">Who calls.</param>
/// <param name="backends">Who does the work, when the calls have ended so until now.</param>
/// <param name="time">The clock.</param>
internal sealed class CallerPictures(
    string title, Counted counted, TimeSpan duration, Callers callers, Func<CallTotals, IReadOnlyList<BackendPicture>> backends, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly RateHistory _history = new();

    /// <summary>Shows a run until it ends; what it fails with comes out of <paramref name="running"/>.</summary>
    public async Task ShowUntilAsync(Task running, IPictureView view)
    {
        view.Begin(Take());
        while (await Task.WhenAny(running, Task.Delay(view.Period, time)) != running)
        {
            view.Show(Take());
        }
    }

    /// <summary>The run as it is now.</summary>
    public Picture Take()
    {
        var elapsed = time.GetElapsedTime(_start);
        var totals = callers.Recorder.Read();
        _history.Add(elapsed, counted.Of(totals));
        return Of(totals, elapsed, _history.Recent) with { Outstanding = callers.Outstanding };
    }

    /// <summary>The run as it was in the end.</summary>
    /// <param name="totals">How its calls ended.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="perSecond">What its result says.</param>
    public Picture TakeLast(CallTotals totals, TimeSpan elapsed, double perSecond)
    {
        _history.Add(elapsed, counted.Of(totals));
        return Of(totals, elapsed, perSecond);
    }

    private Picture Of(CallTotals totals, TimeSpan elapsed, double perSecond) => new()
    {
        Title = title,
        Elapsed = elapsed,
        Duration = duration,
        Counted = counted.Name,
        Count = counted.Of(totals),
        PerSecond = perSecond,
        Throughput = _history.Bars,
        Latency = LatencyPicture.Of(totals),
        Errors = [.. totals.Errors],
        Backends = backends(totals),
    };
}
