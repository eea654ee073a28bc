using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>Nobody waits for these queries any more. Each is still answered, and that returns its credit.</summary>
/// <param name="Router">The router that speaks.</param>
/// <param name="Tickets">The queries.</param>
public sealed record CancelCommand(string Router, IReadOnlyList<Ticket> Tickets) : ReplicaCommand(Router)
{
    private protected override int MaxFieldBytes => 16 + (PackWriter.MaxIntegerBytes * Tickets.Count);

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        WriteStart(ref writer, "cancel"u8, fields: 1);
        writer.WriteText("tickets"u8);
        writer.WriteTickets(Tickets);
    }
}
