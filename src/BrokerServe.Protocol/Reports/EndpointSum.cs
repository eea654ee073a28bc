namespace BrokerServe.Protocol.Reports;

/// <summary>Adds up what routers did for one endpoint.</summary>
internal sealed class EndpointSum
{
    private const double Millionth = 1e-6;

    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly LatencySum _times = new();
    private long _requests;
    private Rate _requestRate;
    private Rate _errorRate;
    private EndpointWork? _newest;
    private long _newestUnixMs;

    public void Add(EndpointWork work, EndpointWork? before, double seconds, long timeUnixMs)
    {
        _requests += work.Requests;
        _requestRate.Add(work.Requests, before?.Requests, seconds);
        _errorRate.Add(work.Errors.Sum(static error => error.Value), before?.Errors.Sum(static error => error.Value), seconds);
        _times.Add(work.Times, before?.Times);
        foreach (var (code, count) in work.Errors)
        {
            _errors[code] = _errors.GetValueOrDefault(code) + count;
        }

        if (_newest is null || timeUnixMs > _newestUnixMs)
        {
            (_newest, _newestUnixMs) = (work, timeUnixMs);
        }
    }

    public EndpointView ToView(string endpoint) => new(endpoint)
    {
        Requests = _requests,
        Errors = _errors,
        RequestsPerSecond = _requestRate.PerSecond,
        ErrorsPerSecond = _errorRate.PerSecond,
        Latency = _times.ToView(),
        Traffic = Shares(_newest?.Traffic),
        Shadow = Shares(_newest?.Shadow),
    };

    private static SortedDictionary<string, double> Shares(IReadOnlyList<KeyValuePair<string, long>>? millionths)
    {
        var shares = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (backend, share) in millionths ?? [])
        {
            shares[backend] = Math.Round(share * Millionth, 6);
        }

        return shares;
    }
}
