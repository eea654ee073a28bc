namespace BrokerServe.RabbitMq.Publishing;

/// <summary>When a publisher whose messages the broker refuses opens another channel.</summary>
/// <remarks>
/// At the first refusal at once; then not before <see cref="Shortest"/> has passed, which doubles with each channel up to <see cref="Longest"/>,
/// because a queue may as well be full, and stay so. A channel that served for twice the longest is a first one again.
/// </remarks>
internal sealed class ChannelPace(TimeProvider time)
{
    /// <summary>1 s: less than an election of a quorum queue takes that is worth waiting for.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>16 s: at most so much longer than the election do refusals last, and a channel every so often is no load for a broker.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(16);

    private TimeSpan _wait;
    private long _last;

    /// <summary>Whether now, at a refusal, is the time; true counts as done. For one thread at a time.</summary>
    public bool TryTakeTurn()
    {
        var since = time.GetElapsedTime(_last);
        if (_wait > TimeSpan.Zero && since < _wait)
        {
            return false;
        }

        _wait = _wait == TimeSpan.Zero || since > 2 * Longest ? Shortest
            : 2 * _wait < Longest ? 2 * _wait : Longest;
        _last = time.GetTimestamp();
        return true;
    }
}
