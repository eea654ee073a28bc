namespace BrokerServe.Transport;

/// <summary>A queue to create or to check.</summary>
public sealed record QueueDeclaration(string Name)
{
    /// <summary>Classic or quorum. Exclusive queues are always classic.</summary>
    public QueueType Type { get; init; } = QueueType.Classic;

    /// <summary>Survives a restart of the broker. Required for quorum queues.</summary>
    public bool Durable { get; init; }

    /// <summary>Belongs to the declaring connection alone and dies with it.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Most messages that wait; the oldest are dropped beyond it. Null: no bound of its own.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How long a message waits at most. Null: as long as its own expiration allows.</summary>
    public TimeSpan? MessageTtl { get; init; }

    /// <summary>Quorum only: how often a message may come back before the broker drops it. Null: the broker's own default.</summary>
    public int? DeliveryLimit { get; init; }
}
