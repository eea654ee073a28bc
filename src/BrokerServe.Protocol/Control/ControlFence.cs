using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>A reader's own mark: once it reads it back, it has read everything that was there when it began.</summary>
/// <param name="Id">A name that nobody else uses.</param>
public sealed record ControlFence(string Id) : ControlEntry
{
    private protected override int MaxFieldBytes => 8 + PackWriter.MaxTextBytes(Id);

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        WriteStart(ref writer, "fence"u8, fields: 1);
        writer.WriteText("id"u8);
        writer.WriteText(Id);
    }
}
