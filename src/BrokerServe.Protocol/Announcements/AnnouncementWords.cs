using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Announcements;

/// <summary>The words that announcements of replicas and routers share.</summary>
internal static class AnnouncementWords
{
    /// <summary>The word of a kind.</summary>
    public static ReadOnlySpan<byte> Word(AnnouncementKind kind) => kind switch
    {
        AnnouncementKind.Join => "join"u8,
        AnnouncementKind.Heartbeat => "heartbeat"u8,
        AnnouncementKind.Draining => "draining"u8,
        AnnouncementKind.Leave => "leave"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of announcement."),
    };

    /// <summary>Reads the word of a kind; false also for one that this version does not know.</summary>
    public static bool TryReadKind(scoped ref PackReader reader, out AnnouncementKind? kind)
    {
        kind = null;
        if (!reader.TryReadText(out var word))
        {
            return false;
        }

        for (var known = AnnouncementKind.Join; known <= AnnouncementKind.Leave; known++)
        {
            if (word.SequenceEqual(Word(known)))
            {
                kind = known;
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a lease in its range.</summary>
    public static bool TryReadLease(scoped ref PackReader reader, out int leaseMs) =>
        reader.TryReadInt32(AnnouncementLimits.MinLeaseMs, AnnouncementLimits.MaxLeaseMs, out leaseMs);
}
