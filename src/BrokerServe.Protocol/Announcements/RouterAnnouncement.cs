using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol.Announcements;

/// <summary>A router's announcement, published to the routers exchange: a MessagePack map.</summary>
/// <param name="Kind">Join, heartbeat or leave.</param>
/// <param name="Router">Its id, new with every process.</param>
/// <param name="Epoch">Its epoch, raised with every connection.</param>
/// <param name="ReplyKey">The key of its reply queue in this epoch.</param>
public sealed record RouterAnnouncement(AnnouncementKind Kind, string Router, uint Epoch, string ReplyKey)
{
    /// <summary>How long this announcement may be believed, in milliseconds. Default 3,000 with a heartbeat every 1,000.</summary>
    public int LeaseMs { get; init; } = 3_000;

    /// <summary>The newest protocol version it speaks.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The bytes.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Reads an announcement; false when it is malformed, or a name or number is out of range.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RouterAnnouncement? announcement) =>
        throw new NotImplementedException();
}
