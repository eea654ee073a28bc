using System.Diagnostics.CodeAnalysis;

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

/// <summary>How a replica wants its queries.</summary>
public enum Dialect
{
    /// <summary>Many queries in one MessagePack message.</summary>
    Framed,

    /// <summary>One query per message, everything in AMQP properties.</summary>
    Plain,
}

/// <summary>A replica's announcement, published to the replicas exchange: a MessagePack map.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Backend">The backend it is a replica of.</param>
/// <param name="Replica">Its id, new with every connection.</param>
/// <param name="Queue">Where its queries go.</param>
public sealed record ReplicaAnnouncement(AnnouncementKind Kind, string Backend, string Replica, string Queue)
{
    /// <summary>How it wants its queries.</summary>
    public Dialect Dialect { get; init; }

    /// <summary>Queries it runs at once, 1 to 10,000. Default 8.</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>How long routers may believe this announcement, in milliseconds. Default 3,000 with a heartbeat every 1,000.</summary>
    public int LeaseMs { get; init; } = 3_000;

    /// <summary>Queries it holds right now.</summary>
    public int Held { get; init; }

    /// <summary>The newest protocol version it speaks.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The bytes.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Reads an announcement; false when it is malformed, or a name or number is out of range.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ReplicaAnnouncement? announcement) =>
        throw new NotImplementedException();
}
