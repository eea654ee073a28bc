using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>Somebody has written a snapshot, so that nobody else need do it soon.</summary>
/// <param name="Offset">The last offset that is in it.</param>
public sealed record ControlMark(long Offset) : ControlEntry
{
    private protected override int MaxFieldBytes => 8 + PackWriter.MaxIntegerBytes;

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        WriteStart(ref writer, "snapshot"u8, fields: 1);
        writer.WriteText("offset"u8);
        writer.WriteNatural(Offset);
    }
}
