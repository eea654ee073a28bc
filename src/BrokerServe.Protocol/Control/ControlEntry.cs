using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Control;

/// <summary>One message of the control log or of its snapshots: a MessagePack map with a <c>kind</c>.</summary>
public abstract record ControlEntry
{
    /// <summary>Room for the header of the map, and the kind with its key: 15 bytes with the longest kind.</summary>
    private const int StartBytes = 24;

    /// <summary>No more bytes than this are written for the fields of the kind.</summary>
    private protected abstract int MaxFieldBytes { get; }

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[StartBytes + MaxFieldBytes];
        var writer = new PackWriter(bytes);
        WriteFields(ref writer);
        return bytes[..writer.Length];
    }

    /// <summary>Reads an entry; false when it is malformed or of an unknown kind, and so says nothing to this version.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ControlEntry? entry)
    {
        var reader = new PackReader(body);
        var draft = default(ControlDraft);
        entry = reader.TryReadMap(ref draft, ControlDraft.TryReadPair) && reader.IsAtEnd ? draft.ToEntry() : null;
        return entry is not null;
    }

    /// <summary>Writes <see cref="WriteStart"/> and the fields of the kind.</summary>
    private protected abstract void WriteFields(scoped ref PackWriter writer);

    /// <summary>Starts the map of a kind that has that many fields of its own.</summary>
    private protected static void WriteStart(scoped ref PackWriter writer, ReadOnlySpan<byte> kind, int fields)
    {
        writer.WriteMapHeader(1 + fields);
        writer.WriteText("kind"u8);
        writer.WriteText(kind);
    }
}
