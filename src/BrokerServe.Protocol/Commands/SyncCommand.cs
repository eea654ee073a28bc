using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>
/// Discard this router's frames below <paramref name="Incarnation"/>, cancel its queries of epochs below <paramref name="Epoch"/>,
/// send its replies to <paramref name="ReplyKey"/> from now on, and answer with a <see cref="HeldReport"/>.
/// </summary>
/// <param name="Router">The router that speaks.</param>
/// <param name="Incarnation">The lowest incarnation that still counts.</param>
/// <param name="Epoch">The router's epoch.</param>
/// <param name="ReplyKey">Where its replies go.</param>
public sealed record SyncCommand(string Router, uint Incarnation, uint Epoch, string ReplyKey) : ReplicaCommand(Router)
{
    private protected override int MaxFieldBytes => 64 + PackWriter.MaxTextBytes(ReplyKey);

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        WriteStart(ref writer, "sync"u8, fields: 3);
        writer.WriteText("incarnation"u8);
        writer.WriteUInt64(Incarnation);
        writer.WriteText("epoch"u8);
        writer.WriteUInt64(Epoch);
        writer.WriteText("reply_key"u8);
        writer.WriteText(ReplyKey);
    }
}
