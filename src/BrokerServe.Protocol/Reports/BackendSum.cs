namespace BrokerServe.Protocol.Reports;

/// <summary>Adds up what routers see of one backend and its replicas.</summary>
internal sealed class BackendSum
{
    private readonly Dictionary<string, ReplicaSum> _replicas = new(StringComparer.Ordinal);
    private readonly LatencySum _times = new();
    private long _queued;
    private long _inFlight;
    private long _credit;
    private long _live;
    private long _replies;
    private long _errors;
    private Rate _replyRate;
    private Rate _errorRate;

    public void Add(BackendLength length)
    {
        _queued += length.Queued;
        _inFlight += length.InFlight;
        _credit += length.Credit;
        _live = Math.Max(_live, length.Replicas);
    }

    public void Add(BackendWork work, BackendWork? before, double seconds)
    {
        _replies += work.Replies;
        _errors += work.Errors;
        _replyRate.Add(work.Replies, before?.Replies, seconds);
        _errorRate.Add(work.Errors, before?.Errors, seconds);
        _times.Add(work.Times, before?.Times);
        var earlier = before?.Replicas.DistinctBy(static replica => replica.Replica).ToDictionary(static replica => replica.Replica, StringComparer.Ordinal);
        foreach (var replica in work.Replicas)
        {
            if (!_replicas.TryGetValue(replica.Replica, out var sum))
            {
                _replicas[replica.Replica] = sum = new ReplicaSum();
            }

            sum.Add(replica, earlier is null ? null : earlier.GetValueOrDefault(replica.Replica) ?? replica with { Replies = 0, Errors = 0 }, seconds);
        }
    }

    public BackendView ToView(string backend) => new(backend)
    {
        Queued = _queued,
        InFlight = _inFlight,
        Credit = _credit,
        Replicas = _live,
        Replies = _replies,
        Errors = _errors,
        RepliesPerSecond = _replyRate.PerSecond,
        ErrorsPerSecond = _errorRate.PerSecond,
        Latency = _times.ToView(),
    };

    public IEnumerable<ReplicaView> Replicas(string backend) => _replicas.Select(entry => entry.Value.ToView(entry.Key, backend));
}
