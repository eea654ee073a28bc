using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Scheduling;

namespace BrokerServe.Worker.Replicas;

/// <summary>One event for a replica's loop.</summary>
internal readonly struct ReplicaMail
{
    private ReplicaMail(MailKind kind, ReplicaLife? life = null)
    {
        Kind = kind;
        Life = life;
    }

    public MailKind Kind { get; }

    /// <summary>The life that it belongs to; mail of another life than the present one is dropped.</summary>
    public ReplicaLife? Life { get; }

    /// <summary>Deliveries: the body, copied. The loop gives it back when it has taken the mail.</summary>
    public PooledBytes Body { get; private init; }

    /// <summary>Deliveries: by whom it is to be settled.</summary>
    public Settler? Settler { get; private init; }

    public ulong Tag { get; private init; }

    /// <summary>Deliveries: when it came.</summary>
    public Moment Received { get; private init; }

    /// <summary>What has ended.</summary>
    public Work? Work { get; private init; }

    public static ReplicaMail Delivered(MailKind kind, ReplicaLife life, Settler settler, ulong tag, PooledBytes body, in Moment received) =>
        new(kind, life) { Settler = settler, Tag = tag, Body = body, Received = received };

    public static ReplicaMail Ended(Work work) => new(MailKind.Ended) { Work = work };

    public static ReplicaMail Of(MailKind kind, ReplicaLife? life = null) => new(kind, life);
}
