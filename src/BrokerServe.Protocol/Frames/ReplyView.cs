namespace BrokerServe.Protocol.Frames;

/// <summary>One reply as it stands in a frame. Lent: it points into the frame's bytes.</summary>
public readonly ref struct ReplyView
{
    /// <summary>The query that is answered.</summary>
    public Ticket Ticket { get; init; }

    /// <summary>0: the whole reply. Other values are reserved for streamed replies.</summary>
    public int Part { get; init; }

    /// <summary>How it ended.</summary>
    public ReplyStatus Status { get; init; }

    /// <summary>UTF-8; what the payload is, empty when not said.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>The reply's body; for an error a <see cref="ErrorBody"/>.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
