namespace BrokerServe.Protocol.Announcements;

/// <summary>What an announcement says.</summary>
public enum AnnouncementKind
{
    /// <summary>I am here, and what I can do. Sent at start, and by replicas whenever a router joins.</summary>
    Join,

    /// <summary>I am still here, with everything that join says; whoever missed that learns it now.</summary>
    Heartbeat,

    /// <summary>Send me nothing new; I finish what I hold and leave when every router has fenced.</summary>
    Draining,

    /// <summary>I am gone.</summary>
    Leave,
}
