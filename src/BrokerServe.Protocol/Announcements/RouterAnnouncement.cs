using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Announcements;

/// <summary>A router's announcement, published to the routers exchange: a MessagePack map.</summary>
/// <param name="Kind">Join, heartbeat or leave.</param>
/// <param name="Router">Its id, new with every process.</param>
/// <param name="Epoch">Its epoch, raised with every connection.</param>
/// <param name="ReplyKey">The key of its reply queue in this epoch.</param>
public sealed record RouterAnnouncement(AnnouncementKind Kind, string Router, uint Epoch, string ReplyKey)
{
    /// <summary>How long this announcement may be believed, in milliseconds, 100 to 600,000. Default 3,000 with a heartbeat every 1,000.</summary>
    public int LeaseMs { get; init; } = AnnouncementLimits.DefaultLeaseMs;

    /// <summary>The newest protocol version it speaks, 1 or more; who does not say speaks 1.</summary>
    public int Version { get; init; } = ProtocolVersion.Current;

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        // The keys and the longest word take 54 bytes, the three numbers 15.
        var bytes = new byte[128 + PackWriter.MaxTextBytes(Router) + PackWriter.MaxTextBytes(ReplyKey)];
        var writer = new PackWriter(bytes);
        writer.WriteMapHeader(6);
        writer.WriteText("kind"u8);
        writer.WriteText(AnnouncementWords.Word(Kind));
        writer.WriteText("router"u8);
        writer.WriteText(Router);
        writer.WriteText("epoch"u8);
        writer.WriteUInt64(Epoch);
        writer.WriteText("reply_key"u8);
        writer.WriteText(ReplyKey);
        writer.WriteText("lease_ms"u8);
        writer.WriteNatural(LeaseMs);
        writer.WriteText("version"u8);
        writer.WriteNatural(Version);
        return bytes[..writer.Length];
    }

    /// <summary>Reads an announcement; false when it is malformed, or a name or number is out of range.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RouterAnnouncement? announcement)
    {
        announcement = null;
        var reader = new PackReader(body);
        var draft = new Draft();
        if (!reader.TryReadMap(ref draft, TryReadPair) || !reader.IsAtEnd
            || draft is not { Kind: { } kind, Router: { } router, Epoch: { } epoch, ReplyKey: { } replyKey }
            || kind == AnnouncementKind.Draining) // Routers do not drain: their requests go back to the broker.
        {
            return false;
        }

        announcement = new RouterAnnouncement(kind, router, epoch, replyKey) { LeaseMs = draft.LeaseMs, Version = draft.Version };
        return true;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("kind"u8) => AnnouncementWords.TryReadKind(ref reader, out draft.Kind),
        _ when key.SequenceEqual("router"u8) => reader.TryReadName(out draft.Router),
        _ when key.SequenceEqual("epoch"u8) => reader.TryReadUInt32(out draft.Epoch),
        _ when key.SequenceEqual("reply_key"u8) => reader.TryReadQueueName(out draft.ReplyKey),
        _ when key.SequenceEqual("lease_ms"u8) => AnnouncementWords.TryReadLease(ref reader, out draft.LeaseMs),
        _ when key.SequenceEqual("version"u8) => reader.TryReadInt32(ProtocolVersion.Lowest, int.MaxValue, out draft.Version),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    private struct Draft()
    {
        public AnnouncementKind? Kind = null;
        public string? Router = null;
        public uint? Epoch = null;
        public string? ReplyKey = null;
        public int LeaseMs = AnnouncementLimits.DefaultLeaseMs;
        public int Version = ProtocolVersion.Lowest;
    }
}
