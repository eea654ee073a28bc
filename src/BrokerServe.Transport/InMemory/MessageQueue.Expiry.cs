namespace BrokerServe.Transport.InMemory;

internal sealed partial class MessageQueue
{
    // The timer cannot be set further than 49 days; it looks again in the meantime.
    private static readonly TimeSpan LongestNap = TimeSpan.FromDays(1);

    // A system timer may fire a fraction early; set to less than this it would spin until the time has come.
    private static readonly TimeSpan ShortestNap = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;
    private long _timerDue = QueueEntry.Never;

    /// <summary>When a message that is published now expires: after its own time or the queue's, whichever is shorter.</summary>
    private long ExpiryOf(Message message)
    {
        var own = message.Properties.ExpirationMs;
        if (own is null && Declaration.MessageTtl is null)
        {
            return QueueEntry.Never;
        }

        var ms = Math.Min(own ?? MessageProperties.MaxExpirationMs, Declaration.MessageTtl?.TotalMilliseconds ?? MessageProperties.MaxExpirationMs);
        return _time.GetTimestamp() + (long)(ms * _time.TimestampFrequency / 1000);
    }

    /// <summary>Drops what has expired at the head, as RabbitMQ does: nothing overtakes. True when nothing is left.</summary>
    private bool DropExpired()
    {
        while (_ready.Count > 0)
        {
            var expiresAt = _ready.Head.ExpiresAt;
            if (expiresAt == QueueEntry.Never || expiresAt > _time.GetTimestamp())
            {
                return false;
            }

            DropHeads(1);
        }

        return true;
    }

    /// <summary>Sees to it that the head leaves when it expires, also when nobody touches the queue.</summary>
    private void ArmExpiry()
    {
        // Only an earlier time sets the timer anew. A head that came later is looked at when the timer fires for one that is gone, so
        // a queue in motion costs one timer, not one per message.
        if (_ready.Count == 0 || _ready.Head.ExpiresAt >= _timerDue)
        {
            return;
        }

        _timerDue = _ready.Head.ExpiresAt;
        var nap = _time.GetElapsedTime(_time.GetTimestamp(), _timerDue);
        nap = nap < ShortestNap ? ShortestNap : nap > LongestNap ? LongestNap : nap;
        if (_timer is null)
        {
            _timer = _time.CreateTimer(static queue => ((MessageQueue)queue!).OnExpiry(), this, nap, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(nap, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnExpiry()
    {
        Consumer? wake = null;
        lock (_gate)
        {
            _timerDue = QueueEntry.Never;
            if (!_deleted)
            {
                wake = Pump();
            }
        }

        wake?.Wake();
    }
}
