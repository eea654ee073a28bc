using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Protocol.Commands;

/// <summary>A replica's answer to <see cref="SyncCommand"/>, published to the replies exchange: a MessagePack map.</summary>
/// <param name="Replica">The replica that speaks.</param>
/// <param name="Incarnation">The sync that is answered.</param>
/// <param name="Tickets">Every query of that router that is held, of whatever epoch, cancelled ones included.</param>
public sealed record HeldReport(string Replica, uint Incarnation, IReadOnlyList<Ticket> Tickets)
{
    /// <summary>The bytes.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Reads a report; false when it is malformed.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out HeldReport? report) => throw new NotImplementedException();
}
