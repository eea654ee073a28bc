using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Router.Membership;

/// <summary>A replica that announced itself, and when it last did.</summary>
internal sealed class KnownReplica(ReplicaAnnouncement announcement, long heardMs)
{
    /// <summary>The newest announcement.</summary>
    public ReplicaAnnouncement Announcement { get; set; } = announcement;

    public long HeardMs { get; set; } = heardMs;

    public bool IsDraining { get; set; }
}
