using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Announcements;

/// <summary>A replica's announcement, published to the replicas exchange: a MessagePack map.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Backend">The backend it is a replica of.</param>
/// <param name="Replica">Its id, new with every connection.</param>
/// <param name="Queue">Where its queries go.</param>
public sealed record ReplicaAnnouncement(AnnouncementKind Kind, string Backend, string Replica, string Queue)
{
    /// <summary>How it wants its queries. Default framed.</summary>
    public Dialect Dialect { get; init; }

    /// <summary>Queries that routers may have there at once, 1 to 10,000: those it runs, and more if it wants the next at hand. Default 8.</summary>
    public int MaxConcurrent { get; init; } = AnnouncementLimits.DefaultConcurrent;

    /// <summary>How long routers may believe this announcement, in milliseconds, 100 to 600,000. Default 3,000 with a heartbeat every 1,000.</summary>
    public int LeaseMs { get; init; } = AnnouncementLimits.DefaultLeaseMs;

    /// <summary>Queries it holds right now.</summary>
    public int Held { get; init; }

    /// <summary>The newest protocol version it speaks, 1 or more; who does not say speaks 1.</summary>
    public int Version { get; init; } = ProtocolVersion.Current;

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        // The keys and words take 84 bytes, the four numbers 20.
        var room = 128 + PackWriter.MaxTextBytes(Backend) + PackWriter.MaxTextBytes(Replica) + PackWriter.MaxTextBytes(Queue);
        var bytes = new byte[room];
        var writer = new PackWriter(bytes);
        writer.WriteMapHeader(9);
        writer.WriteText("kind"u8);
        writer.WriteText(AnnouncementWords.Word(Kind));
        writer.WriteText("backend"u8);
        writer.WriteText(Backend);
        writer.WriteText("replica"u8);
        writer.WriteText(Replica);
        writer.WriteText("queue"u8);
        writer.WriteText(Queue);
        writer.WriteText("dialect"u8);
        writer.WriteText(Dialect == Dialect.Plain ? "plain"u8 : "framed"u8);
        writer.WriteText("max_concurrent"u8);
        writer.WriteNatural(MaxConcurrent);
        writer.WriteText("lease_ms"u8);
        writer.WriteNatural(LeaseMs);
        writer.WriteText("held"u8);
        writer.WriteNatural(Held);
        writer.WriteText("version"u8);
        writer.WriteNatural(Version);
        return bytes[..writer.Length];
    }

    /// <summary>Reads an announcement; false when it is malformed, or a name or number is out of range.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ReplicaAnnouncement? announcement)
    {
        announcement = null;
        var reader = new PackReader(body);
        var draft = new Draft();
        if (!reader.TryReadMap(ref draft, TryReadPair) || !reader.IsAtEnd
            || draft is not { Kind: { } kind, Backend: { } backend, Replica: { } replica, Queue: { } queue })
        {
            return false;
        }

        announcement = new ReplicaAnnouncement(kind, backend, replica, queue)
        {
            Dialect = draft.Dialect,
            MaxConcurrent = draft.MaxConcurrent,
            LeaseMs = draft.LeaseMs,
            Held = draft.Held,
            Version = draft.Version,
        };
        return true;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("kind"u8) => AnnouncementWords.TryReadKind(ref reader, out draft.Kind),
        _ when key.SequenceEqual("backend"u8) => reader.TryReadName(out draft.Backend),
        _ when key.SequenceEqual("replica"u8) => reader.TryReadName(out draft.Replica),
        _ when key.SequenceEqual("queue"u8) => reader.TryReadQueueName(out draft.Queue),
        _ when key.SequenceEqual("dialect"u8) => TryReadDialect(ref reader, out draft.Dialect),
        _ when key.SequenceEqual("max_concurrent"u8) => reader.TryReadInt32(1, AnnouncementLimits.MaxConcurrent, out draft.MaxConcurrent),
        _ when key.SequenceEqual("lease_ms"u8) => AnnouncementWords.TryReadLease(ref reader, out draft.LeaseMs),
        _ when key.SequenceEqual("held"u8) => reader.TryReadInt32(0, int.MaxValue, out draft.Held),
        _ when key.SequenceEqual("version"u8) => reader.TryReadInt32(ProtocolVersion.Lowest, int.MaxValue, out draft.Version),
        _ => reader.TrySkip(),
    };

    private static bool TryReadDialect(scoped ref PackReader reader, out Dialect dialect)
    {
        dialect = Dialect.Framed;
        if (!reader.TryReadText(out var word))
        {
            return false;
        }

        dialect = word.SequenceEqual("plain"u8) ? Dialect.Plain : Dialect.Framed;
        return dialect == Dialect.Plain || word.SequenceEqual("framed"u8);
    }

    /// <summary>What has been read so far.</summary>
    private struct Draft()
    {
        public AnnouncementKind? Kind = null;
        public string? Backend = null;
        public string? Replica = null;
        public string? Queue = null;
        public Dialect Dialect = Dialect.Framed;
        public int MaxConcurrent = AnnouncementLimits.DefaultConcurrent;
        public int LeaseMs = AnnouncementLimits.DefaultLeaseMs;
        public int Held = 0;
        public int Version = ProtocolVersion.Lowest;
    }
}
