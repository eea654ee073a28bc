namespace BrokerServe.Protocol.Reports;

/// <summary>Adds up what routers see of one replica.</summary>
internal sealed class ReplicaSum
{
    private ReplicaPhase _phase;
    private long _limit;
    private long _inFlight;
    private long _replies;
    private long _errors;
    private Rate _replyRate;
    private Rate _errorRate;

    public void Add(ReplicaWork work, ReplicaWork? before, double seconds)
    {
        _phase = work.Phase > _phase ? work.Phase : _phase;
        _limit += work.Limit;
        _inFlight += work.InFlight;
        _replies += work.Replies;
        _errors += work.Errors;
        _replyRate.Add(work.Replies, before?.Replies, seconds);
        _errorRate.Add(work.Errors, before?.Errors, seconds);
    }

    public ReplicaView ToView(string replica, string backend) => new(replica, backend, _phase)
    {
        Limit = _limit,
        InFlight = _inFlight,
        Replies = _replies,
        Errors = _errors,
        RepliesPerSecond = _replyRate.PerSecond,
        ErrorsPerSecond = _errorRate.PerSecond,
    };
}
