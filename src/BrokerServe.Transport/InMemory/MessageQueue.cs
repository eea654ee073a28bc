namespace BrokerServe.Transport.InMemory;

/// <summary>A queue from which each message is taken once: what waits in it and who consumes it.</summary>
/// <remarks>
/// A short lock guards the queue and what its consumers hold; nobody else's code runs under it. There is never both something that
/// waits and a consumer with room for it. The files: this one for publishers and operators, Delivery for consumers, Expiry for time.
/// </remarks>
internal sealed partial class MessageQueue : Queue
{
    private readonly Lock _gate = new();
    private readonly ReadyList _ready = new();
    private readonly TimeProvider _time;
    private long _lastPosition;
    private bool _deleted;

    public MessageQueue(QueueDeclaration declaration, Connection? owner, TimeProvider time)
        : base(declaration, owner) => _time = time;

    /// <summary>Takes a message, and the caller's hold on it, to a consumer with room or to the tail; false once the queue is deleted.</summary>
    public override bool TryPublish(Message message)
    {
        var expiresAt = ExpiryOf(message);
        Consumer? wake;
        lock (_gate)
        {
            if (_deleted)
            {
                return false;
            }

            var entry = new QueueEntry(message, ++_lastPosition, expiresAt, Deliveries: 0);
            if (_ready.Count == 0 && NextWithRoom() is { } consumer)
            {
                // Before its expiration is looked at: one of 0 means "now or never", and this is now.
                wake = consumer.Assign(entry) ? consumer : null;
            }
            else
            {
                _ready.Add(entry);
                wake = Pump();
            }
        }

        wake?.Wake();
        return true;
    }

    /// <summary>What it holds right now.</summary>
    public override QueueInfo Inspect()
    {
        lock (_gate)
        {
            DropExpired();
            return new QueueInfo(Declaration.Name, _ready.Count, _consumers.Length);
        }
    }

    /// <summary>Drops everything in it and ends its consumers.</summary>
    public override void Delete()
    {
        Consumer[] consumers;
        lock (_gate)
        {
            _deleted = true;
            DropHeads(_ready.Count);
            _timer?.Dispose();
            consumers = [.. _everyConsumer];
            foreach (var consumer in consumers)
            {
                LetGoOfAll(consumer);
            }

            (_consumers, _turn) = ([], 0);
            _everyConsumer.Clear();
        }

        foreach (var consumer in consumers)
        {
            consumer.End();
        }
    }

    /// <summary>Drops what is not persistent, when the broker restarts. Nothing is unsettled then: all connections are gone.</summary>
    public override void DropTransient()
    {
        lock (_gate)
        {
            foreach (var entry in _ready.TakeWhere(entry => !entry.Message.Properties.Persistent))
            {
                entry.Message.LetGo();
            }
        }
    }

    private void TrimToMaxLength()
    {
        if (Declaration.MaxLength is { } most && _ready.Count > most)
        {
            DropHeads(_ready.Count - most);
        }
    }

    private void DropHeads(int count)
    {
        for (; count > 0; count--)
        {
            _ready.Take().Message.LetGo();
        }
    }
}
