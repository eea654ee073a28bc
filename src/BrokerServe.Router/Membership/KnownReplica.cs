using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Membership;

/// <summary>A replica that announced itself, and when it last did.</summary>
internal sealed class KnownReplica(ReplicaAnnouncement announcement, long heardMs, bool isStatic = false)
{
    /// <summary>The newest announcement.</summary>
    public ReplicaAnnouncement Announcement { get; set; } = announcement;

    /// <summary>Nobody announces it: the operator has named its queue, and what stands here as announcement is what they said.</summary>
    public bool IsStatic => isStatic;

    /// <summary>A static replica whose queue is not there. It stays in mind until the queue is back.</summary>
    public bool IsMissing { get; set; }

    public long HeardMs { get; set; } = heardMs;

    public bool IsDraining { get; set; }

    /// <summary>It said good-bye: nothing that it says after that counts, and it is kept in mind only for the replies that may be on their way.</summary>
    public bool HasLeft { get; set; }

    /// <summary>The first query that came back since it said good-bye; null: none.</summary>
    public Ticket? Returned { get; set; }

    /// <summary>The loops that it joined: that of its backend, and one that was retired and still has queries there.</summary>
    public List<DispatchLoop> Loops { get; } = [];
}
