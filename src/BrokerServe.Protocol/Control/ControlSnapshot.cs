using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>What all entries of the control log up to one of them come to.</summary>
/// <param name="Offset">The last entry that is in it.</param>
/// <param name="Tail">
/// Of the body of that entry the XXH64 with seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), its top 53 bits: by it a
/// reader sees that it is still the same log.
/// </param>
/// <param name="Version">How many changes have counted.</param>
/// <param name="Objects">Every object that there ever was, those that were removed included.</param>
/// <param name="Verdicts">Of the newest changes, oldest first: what a repetition of one of them is told.</param>
public sealed record ControlSnapshot(
    long Offset, long Tail, long Version, IReadOnlyList<ControlObject> Objects, IReadOnlyList<ControlVerdict> Verdicts) : ControlEntry
{
    // The keys take 37 bytes, the headers of the arrays 10, the numbers 27.
    private protected override int MaxFieldBytes => 80 + Objects.Sum(row => row.MaxEncodedBytes) + Verdicts.Sum(row => row.MaxEncodedBytes);

    private protected override void WriteFields(scoped ref PackWriter writer)
    {
        WriteStart(ref writer, "state"u8, fields: 5);
        writer.WriteText("offset"u8);
        writer.WriteNatural(Offset);
        writer.WriteText("tail"u8);
        writer.WriteNatural(Tail);
        writer.WriteText("version"u8);
        writer.WriteNatural(Version);
        writer.WriteText("objects"u8);
        writer.WriteArrayHeader(Objects.Count);
        foreach (var row in Objects)
        {
            row.Write(ref writer);
        }

        writer.WriteText("verdicts"u8);
        writer.WriteArrayHeader(Verdicts.Count);
        foreach (var row in Verdicts)
        {
            row.Write(ref writer);
        }
    }
}
