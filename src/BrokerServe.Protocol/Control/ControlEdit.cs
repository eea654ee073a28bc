using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>What a change makes of one object.</summary>
/// <param name="Kind">What the object is, such as <see cref="ControlKinds.Endpoint"/>.</param>
/// <param name="Name">Which it is.</param>
/// <param name="Base">The version of the object that the author had before it; 0 when there never was one.</param>
/// <param name="Value">The whole object from now on, a JSON object as text; null removes it.</param>
public sealed record ControlEdit(string Kind, string Name, long Base, string? Value)
{
    internal int MaxEncodedBytes => ControlRow.MaxEncodedBytes(Kind, Name, Value);

    internal void Write(scoped ref PackWriter writer) => ControlRow.Write(ref writer, Kind, Name, "base"u8, Base, Value);

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out ControlEdit? edit)
    {
        var draft = default(ControlRow.Draft);
        edit = reader.TryReadMap(ref draft, ControlRow.TryReadPair) && draft is { Kind: { } kind, Name: { } name, Base: { } @base }
            ? new ControlEdit(kind, name, @base, draft.Value)
            : null;
        return edit is not null;
    }
}
