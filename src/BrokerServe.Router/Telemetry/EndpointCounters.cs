using BrokerServe.Protocol;

namespace BrokerServe.Router.Telemetry;

/// <summary>What happened at one endpoint since the router started. Any thread: intakes and dispatch loops count, reports read.</summary>
internal sealed class EndpointCounters
{
    private readonly long[] _byStatus = new long[Enum.GetValues<ReplyStatus>().Length];
    private long _requests;

    /// <summary>Requests taken in; shadow copies are not counted.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Times from admission to the answer.</summary>
    public LatencyHistogram Times { get; } = new();

    public void Admitted() => Interlocked.Increment(ref _requests);

    /// <summary>A request has its answer, so long after it was admitted.</summary>
    public void Answered(ReplyStatus status, long microseconds)
    {
        Times.Count(microseconds);
        if (status != ReplyStatus.Ok)
        {
            Interlocked.Increment(ref _byStatus[(int)status]);
        }
    }

    /// <summary>Requests that ended otherwise than ok, by code.</summary>
    public KeyValuePair<string, long>[] Errors() =>
    [
        .. _byStatus
            .Select(static (count, status) => new KeyValuePair<string, long>(((ReplyStatus)status).Name(), count))
            .Where(static error => error.Value > 0),
    ];
}
