using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>What became of a change.</summary>
/// <param name="Id">The change.</param>
/// <param name="Version">The version of everything that it made; 0 when it was refused.</param>
public sealed record ControlVerdict(string Id, long Version)
{
    /// <summary>Whether it counts.</summary>
    public bool Counts => Version > 0;

    /// <summary>The keys take 11 bytes, the header and the number 10.</summary>
    internal int MaxEncodedBytes => 24 + PackWriter.MaxTextBytes(Id);

    internal void Write(scoped ref PackWriter writer)
    {
        writer.WriteMapHeader(2);
        writer.WriteText("id"u8);
        writer.WriteText(Id);
        writer.WriteText("version"u8);
        writer.WriteNatural(Version);
    }

    internal static bool TryRead(scoped ref PackReader reader, [NotNullWhen(true)] out ControlVerdict? verdict)
    {
        var draft = default(Draft);
        verdict = reader.TryReadMap(ref draft, TryReadPair) && draft is { Id: { } id, Version: { } version } ? new ControlVerdict(id, version) : null;
        return verdict is not null;
    }

    private static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("id"u8) => reader.TryReadName(out draft.Id),
        _ when key.SequenceEqual("version"u8) => reader.TryReadNatural(out draft.Version),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    private struct Draft
    {
        public string? Id;
        public long? Version;
    }
}
