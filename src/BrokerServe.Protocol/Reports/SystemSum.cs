namespace BrokerServe.Protocol.Reports;

/// <summary>Adds reports up to a view.</summary>
internal sealed class SystemSum
{
    private readonly List<RouterView> _routers = [];
    private readonly SortedDictionary<string, EndpointSum> _endpoints = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, BackendSum> _backends = new(StringComparer.Ordinal);

    /// <summary>Adds a router.</summary>
    /// <param name="report">Its newest report.</param>
    /// <param name="before">The one to subtract; null when there is none.</param>
    /// <param name="seconds">How long before.</param>
    /// <param name="heard">When the newest was heard.</param>
    /// <param name="nowMs">Now, on the same clock.</param>
    public void Add(QueueLengthReport report, QueueLengthReport? before, double seconds, HeardReport heard, long nowMs)
    {
        AddRouter(report, before, seconds, heard, nowMs);
        var endpointsBefore = before?.Endpoints.DistinctBy(static work => work.Endpoint).ToDictionary(static work => work.Endpoint, StringComparer.Ordinal);
        foreach (var work in report.Endpoints)
        {
            Of(_endpoints, work.Endpoint).Add(work, Before(endpointsBefore, work.Endpoint, static name => new EndpointWork(name)), seconds, report.TimeUnixMs);
        }

        foreach (var length in report.Backends)
        {
            Of(_backends, length.Backend).Add(length);
        }

        var workBefore = before?.Work.DistinctBy(static work => work.Backend).ToDictionary(static work => work.Backend, StringComparer.Ordinal);
        foreach (var work in report.Work)
        {
            Of(_backends, work.Backend).Add(work, Before(workBefore, work.Backend, static name => new BackendWork(name)), seconds);
        }
    }

    public SystemView ToView() => new(
        _routers,
        [.. _endpoints.Select(static entry => entry.Value.ToView(entry.Key))],
        [.. _backends.Select(static entry => entry.Value.ToView(entry.Key))],
        [.. _backends.SelectMany(static entry => entry.Value.Replicas(entry.Key)).OrderBy(static replica => replica.Replica, StringComparer.Ordinal)]);

    private void AddRouter(QueueLengthReport report, QueueLengthReport? before, double seconds, HeardReport heard, long nowMs)
    {
        var rate = default(Rate);
        rate.Add(report.Endpoints.Sum(static work => work.Requests), before?.Endpoints.Sum(static work => work.Requests), seconds);
        _routers.Add(new RouterView(report.Router, TimeSpan.FromMilliseconds(nowMs - heard.HeardMs))
        {
            Software = report.Software,
            Uptime = report.StartedUnixMs is { } started ? TimeSpan.FromMilliseconds(Math.Max(0, report.TimeUnixMs - started)) : null,
            ClockAhead = TimeSpan.FromMilliseconds(report.TimeUnixMs - heard.HeardUnixMs),
            BufferedBytes = report.BufferedBytes,
            Queued = report.Backends.Sum(static length => (long)length.Queued),
            InFlight = report.Backends.Sum(static length => (long)length.InFlight),
            RequestsPerSecond = rate.PerSecond,
            Endpoints = [.. report.Endpoints.Select(static work => work.Endpoint).Order(StringComparer.Ordinal)],
            Backends = [.. report.Backends.Select(static length => length.Backend).Order(StringComparer.Ordinal)],
        });
    }

    // What the earlier report does not name had done nothing then.
    private static T? Before<T>(Dictionary<string, T>? earlier, string name, Func<string, T> nothing)
        where T : class => earlier is null ? null : earlier.TryGetValue(name, out var work) ? work : nothing(name);

    private static T Of<T>(SortedDictionary<string, T> sums, string name)
        where T : new()
    {
        if (!sums.TryGetValue(name, out var sum))
        {
            sums[name] = sum = new T();
        }

        return sum;
    }
}
