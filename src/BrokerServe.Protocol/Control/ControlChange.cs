using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>A change of what routers serve: all its edits count, or none.</summary>
/// <remarks>
/// It counts when each object still has the version that its edit names as base. Nothing else decides, so whoever reads the log comes to
/// the same; whether the change makes sense its author has looked at before.
/// </remarks>
/// <param name="Id">A name that no other change has. The same change sent again, under the same id, is the same change.</param>
/// <param name="Edits">At least one, and none for an object that another one is for.</param>
public sealed record ControlChange(string Id, IReadOnlyList<ControlEdit> Edits) : ControlEntry
{
    /// <summary>Who made it, for people; empty when that was not said.</summary>
    public string Author { get; init; } = "";

    /// <summary>When, by the author's clock, in milliseconds since 1970-01-01 UTC; 0 when that was not said.</summary>
    public long TimeUnixMs { get; init; }

    /// <summary>What for, for people; empty when that was not said.</summary>
    public string Note { get; init; } = "";

    private protected override int MaxFieldBytes
    {
        get
        {
            // The keys take 35 bytes, the header of the edits 5, the time 9.
            var room = 64 + PackWriter.MaxTextBytes(Id) + PackWriter.MaxTextBytes(Author) + PackWriter.MaxTextBytes(Note);
            foreach (var edit in Edits)
            {
                room += edit.MaxEncodedBytes;
            }

            return room;
        }
    }

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        WriteStart(ref writer, "change"u8, fields: 5);
        writer.WriteText("id"u8);
        writer.WriteText(Id);
        writer.WriteText("author"u8);
        writer.WriteText(Author);
        writer.WriteText("time_unix_ms"u8);
        writer.WriteNatural(TimeUnixMs);
        writer.WriteText("note"u8);
        writer.WriteText(Note);
        writer.WriteText("edits"u8);
        writer.WriteArrayHeader(Edits.Count);
        foreach (var edit in Edits)
        {
            edit.Write(ref writer);
        }
    }
}
