using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>A replica's answer to <see cref="SyncCommand"/>, published to the replies exchange: a MessagePack map.</summary>
/// <param name="Replica">The replica that speaks.</param>
/// <param name="Incarnation">The sync that is answered.</param>
/// <param name="Tickets">Every query of that router that is held, of whatever epoch, cancelled ones included.</param>
public sealed record HeldReport(string Replica, uint Incarnation, IReadOnlyList<Ticket> Tickets)
{
    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[64 + PackWriter.MaxTextBytes(Replica) + (PackWriter.MaxIntegerBytes * Tickets.Count)];
        var writer = new PackWriter(bytes);
        writer.WriteMapHeader(3);
        writer.WriteText("replica"u8);
        writer.WriteText(Replica);
        writer.WriteText("incarnation"u8);
        writer.WriteUInt64(Incarnation);
        writer.WriteText("tickets"u8);
        writer.WriteTickets(Tickets);
        return bytes[..writer.Length];
    }

    /// <summary>Reads a report; false when it is malformed.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out HeldReport? report)
    {
        report = null;
        var reader = new PackReader(body);
        var draft = default(Draft);
        if (!reader.TryReadMap(ref draft, TryReadPair) || !reader.IsAtEnd
            || draft is not { Replica: { } replica, Incarnation: { } incarnation, Tickets: { } tickets })
        {
            return false;
        }

        report = new HeldReport(replica, incarnation, tickets);
        return true;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("replica"u8) => reader.TryReadName(out draft.Replica),
        _ when key.SequenceEqual("incarnation"u8) => reader.TryReadUInt32(out draft.Incarnation),
        _ when key.SequenceEqual("tickets"u8) => reader.TryReadTickets(out draft.Tickets),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Replica;
        public uint? Incarnation;
        public Ticket[]? Tickets;
    }
}
