using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>One of the routers that the kit plays.</summary>
/// <param name="name">Its name on the wire.</param>
/// <param name="names">The names at the broker.</param>
internal sealed class KitRouter(string name, ObjectNames names)
{
    public string Name => name;

    public uint Epoch { get; set; } = 1;

    /// <summary>The number that its frames carry; raised by the checks of sync.</summary>
    public uint Incarnation { get; set; } = 1;

    /// <summary>Its reply queue in the present epoch, and the key of it.</summary>
    public string ReplyKey => names.RouterReplyQueue(name, Epoch);

    /// <summary>Replicas are told that it is there.</summary>
    public bool HasJoined { get; set; }

    public byte[] Announce(AnnouncementKind kind) => new RouterAnnouncement(kind, name, Epoch, ReplyKey).Encode();
}
