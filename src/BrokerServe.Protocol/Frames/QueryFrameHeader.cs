namespace BrokerServe.Protocol.Frames;

/// <summary>What a query frame says once for all its queries.</summary>
public readonly ref struct QueryFrameHeader
{
    /// <summary>Frames below the incarnation of the last sync are discarded by the replica.</summary>
    public uint Incarnation { get; init; }

    /// <summary>The router's epoch: its reply queue, and every ticket, belong to one.</summary>
    public uint Epoch { get; init; }

    /// <summary>UTF-8; the router's id.</summary>
    public ReadOnlySpan<byte> Router { get; init; }

    /// <summary>UTF-8; the key under which replies go to the replies exchange.</summary>
    public ReadOnlySpan<byte> ReplyKey { get; init; }
}
