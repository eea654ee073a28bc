namespace BrokerServe.Transport;

/// <summary>A queue to create or to check.</summary>
/// <param name="Name">1 to 255 bytes of UTF-8, not beginning with <c>amq.</c></param>
public sealed record QueueDeclaration(string Name)
{
    /// <summary>Classic or quorum. Exclusive queues are always classic.</summary>
    public QueueType Type { get; init; } = QueueType.Classic;

    /// <summary>
    /// Is a stream: an append-only log that many read, each from where it likes (<see cref="ConsumerOptions.From"/>), and that no reading empties.
    /// A durable queue that others may use, without a type, bound or limit of its own.
    /// </summary>
    /// <remarks>Its consumers settle what they have read, which makes room for more; giving a delivery back is as good as settling it. All that
    /// is published to it survives a restart.</remarks>
    public bool Stream { get; init; }

    /// <summary>Survives a restart of the broker. Required for quorum queues.</summary>
    public bool Durable { get; init; }

    /// <summary>Belongs to the declaring connection alone and dies with it.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Most messages that wait, 0 or more; the oldest are dropped beyond it. Null: no bound of its own.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How long a message waits at most, in whole milliseconds, 0 or more. Null: as long as its own expiration allows.</summary>
    public TimeSpan? MessageTtl { get; init; }

    /// <summary>Quorum only: how often a message may come back before the broker drops it. Null: the broker's own default.</summary>
    public int? DeliveryLimit { get; init; }
}
