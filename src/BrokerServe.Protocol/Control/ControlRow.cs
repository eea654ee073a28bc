using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>How an object is written, in a change as in a snapshot; only the word for its version differs.</summary>
internal static class ControlRow
{
    /// <summary>No more bytes than this are written: the keys take 25 at most, the header and the number 10.</summary>
    public static int MaxEncodedBytes(string kind, string name, string? value) =>
        40 + PackWriter.MaxTextBytes(kind) + PackWriter.MaxTextBytes(name) + PackWriter.MaxTextBytes(value);

    public static void Write(scoped ref PackWriter writer, string kind, string name, ReadOnlySpan<byte> versionKey, long version, string? value)
    {
        writer.WriteMapHeader(value is null ? 3 : 4);
        writer.WriteText("kind"u8);
        writer.WriteText(kind);
        writer.WriteText("name"u8);
        writer.WriteText(name);
        writer.WriteText(versionKey);
        writer.WriteNatural(version);
        if (value is not null)
        {
            writer.WriteText("value"u8);
            writer.WriteText(value);
        }
    }

    public static bool TryReadPair(scoped ref PackReader reader, ReadOnlySpan<byte> key, ref Draft draft) => key switch
    {
        _ when key.SequenceEqual("kind"u8) => reader.TryReadName(out draft.Kind),
        _ when key.SequenceEqual("name"u8) => reader.TryReadName(out draft.Name),
        _ when key.SequenceEqual("base"u8) => reader.TryReadNatural(out draft.Base),
        _ when key.SequenceEqual("version"u8) => reader.TryReadNatural(out draft.Version),
        _ when key.SequenceEqual("value"u8) => reader.TryReadString(out draft.Value),
        _ => reader.TrySkip(),
    };

    /// <summary>What has been read so far.</summary>
    public struct Draft
    {
        public string? Kind;
        public string? Name;
        public long? Base;
        public long? Version;
        public string? Value;
    }
}
