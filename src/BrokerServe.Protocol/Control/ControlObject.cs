using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>One object as the changes so far have left it.</summary>
/// <param name="Kind">What it is, such as <see cref="ControlKinds.Endpoint"/>.</param>
/// <param name="Name">Which it is.</param>
/// <param name="Version">The version of everything that its last change made; an object that was removed keeps one.</param>
/// <param name="Value">A JSON object as text, as its author wrote it; null when it was removed.</param>
public sealed record ControlObject(string Kind, string Name, long Version, string? Value)
{
    internal int MaxEncodedBytes => ControlRow.MaxEncodedBytes(Kind, Name, Value);

    internal void Write(scoped ref PackWriter writer) => ControlRow.Write(ref writer, Kind, Name, "version"u8, Version, Value);

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out ControlObject? read)
    {
        var draft = default(ControlRow.Draft);
        read = reader.TryReadMap(ref draft, ControlRow.TryReadPair) && draft is { Kind: { } kind, Name: { } name, Version: { } version }
            ? new ControlObject(kind, name, version, draft.Value)
            : null;
        return read is not null;
    }
}
