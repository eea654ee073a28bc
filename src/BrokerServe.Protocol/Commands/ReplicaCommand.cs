using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>What a router tells a replica through the replica's own queue, in order with its queries: a MessagePack map with a <c>kind</c>.</summary>
/// <param name="Router">The router that speaks.</param>
public abstract record ReplicaCommand(string Router)
{
    /// <summary>Room for the header, the kind and the router beside its name: 30 bytes with the longest kind.</summary>
    private const int StartBytes = 32;

    /// <summary>No more bytes than this are written for the fields of the kind.</summary>
    private protected abstract int MaxFieldBytes { get; }

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[StartBytes + PackWriter.MaxTextBytes(Router) + MaxFieldBytes];
        var writer = new PackWriter(bytes);
        WriteFields(ref writer);
        return bytes[..writer.Length];
    }

    /// <summary>Reads a command; false when it is malformed or of an unknown kind.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ReplicaCommand? command)
    {
        var reader = new PackReader(body);
        var draft = default(CommandDraft);
        command = reader.TryReadMap(ref draft, CommandDraft.TryReadPair) && reader.IsAtEnd ? draft.ToCommand() : null;
        return command is not null;
    }

    /// <summary>Writes <see cref="WriteStart"/> and the fields of the kind.</summary>
    private protected abstract void WriteFields(scoped ref PackWriter writer);

    /// <summary>Starts the map of a kind that has that many fields of its own.</summary>
    private protected void WriteStart(scoped ref PackWriter writer, ReadOnlySpan<byte> kind, int fields)
    {
        writer.WriteMapHeader(2 + fields);
        writer.WriteText("kind"u8);
        writer.WriteText(kind);
        writer.WriteText("router"u8);
        writer.WriteText(Router);
    }
}
