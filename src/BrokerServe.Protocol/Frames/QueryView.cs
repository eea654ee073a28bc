namespace BrokerServe.Protocol.Frames;

/// <summary>One query as it stands in a frame. Lent: it points into the frame's bytes.</summary>
public readonly ref struct QueryView
{
    /// <summary>Its id, to be echoed.</summary>
    public Ticket Ticket { get; init; }

    /// <summary>Milliseconds left when the router sent it; the smaller of this and <see cref="DeadlineUnixMs"/> wins.</summary>
    public long TimeLeftMs { get; init; }

    /// <summary>When the caller stops waiting, in milliseconds since 1970-01-01 UTC; 0 when not said.</summary>
    public long DeadlineUnixMs { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>The request's body, opaque.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>UTF-8; empty for <c>__call__</c>.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>UTF-8; the endpoint that was called.</summary>
    public ReadOnlySpan<byte> Endpoint { get; init; }

    /// <summary>UTF-8; empty when not said.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>UTF-8; empty when not said.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>UTF-8; empty when not said.</summary>
    public ReadOnlySpan<byte> AppId { get; init; }

    /// <summary>UTF-8; empty when not said.</summary>
    public ReadOnlySpan<byte> TraceParent { get; init; }

    /// <summary>UTF-8; empty when not said.</summary>
    public ReadOnlySpan<byte> TraceState { get; init; }

    /// <summary>The forwarded headers, still encoded: a MessagePack map of text to text. Already checked.</summary>
    public ReadOnlySpan<byte> MetadataBlock { get; init; }

    /// <summary>The forwarded headers, as a new dictionary; empty when there are none. Never throws.</summary>
    public Dictionary<string, string> ReadMetadata() => Frames.MetadataBlock.Read(MetadataBlock);
}
