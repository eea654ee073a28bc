namespace BrokerServe.Protocol.Reports;

/// <summary>Puts the reports of all routers together: whoever hears the reports exchange has the same view of the whole system.</summary>
/// <remarks>
/// Any thread. To take a report costs a copy of its bytes and a look at its first fields; it is read when somebody asks. A report counts for
/// as long as it says of itself, by the clock of whoever hears it, and a router that is silent for longer is gone from the view.
/// </remarks>
/// <param name="time">For the age of reports.</param>
public sealed class ReportBoard(TimeProvider time)
{
    /// <summary>Routers that are remembered at once: beyond a thousand nobody shares the work, somebody makes routers up.</summary>
    private const int MaxRouters = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, RouterHistory> _routers = new(StringComparer.Ordinal);
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Over how long rates and quantiles are taken, as soon as so much was heard: short enough to follow, long enough to be steady.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Takes a message off the reports exchange.</summary>
    /// <param name="body">The message's body; copied.</param>
    /// <returns>Whether it looks like a report; what does not is not kept, nor is one of more than a thousand routers.</returns>
    public bool Take(ReadOnlySpan<byte> body)
    {
        if (!QueueLengthReport.TryReadHeading(body, out var router, out var validMs))
        {
            return false;
        }

        lock (_lock)
        {
            if (!_routers.TryGetValue(router, out var history))
            {
                Expire();
                if (_routers.Count >= MaxRouters)
                {
                    return true;
                }

                _routers[router] = history = new RouterHistory();
            }

            history.Add(new HeardReport(body.ToArray(), validMs, NowMs, time.GetUtcNow().ToUnixTimeMilliseconds()));
            return true;
        }
    }

    /// <summary>The system now. Costs what reading the reports costs; ask once a second, not once a request.</summary>
    public SystemView Read()
    {
        lock (_lock)
        {
            Expire();
            var sum = new SystemSum();
            foreach (var (router, history) in _routers.OrderBy(static entry => entry.Key, StringComparer.Ordinal).ToArray())
            {
                if (history.Newest.Report is not { } newest)
                {
                    _routers.Remove(router); // Its heading was well-formed, and nothing else.
                    continue;
                }

                sum.Add(newest, history.Base, history.Seconds, history.Newest, NowMs);
            }

            return sum.ToView();
        }
    }

    private long NowMs => (long)time.GetElapsedTime(_origin).TotalMilliseconds;

    private void Expire()
    {
        var nowMs = NowMs;
        foreach (var router in _routers.Where(entry => entry.Value.Newest.UntilMs < nowMs).Select(static entry => entry.Key).ToArray())
        {
            _routers.Remove(router);
        }
    }
}
