namespace BrokerServe.Protocol.Frames;

/// <summary>One request as it stands in a frame. Lent: it points into the frame's bytes.</summary>
public readonly ref struct RequestView
{
    /// <summary>UTF-8; ties the answer to the request.</summary>
    public ReadOnlySpan<byte> CorrelationId { get; init; }

    /// <summary>What its own message would carry as expiration, 0 or more; null when not said.</summary>
    public long? ExpirationMs { get; init; }

    /// <summary>Its headers, for a <see cref="FrameHeaderReader"/>; empty when there are none.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    /// <summary>UTF-8; empty for the default method.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>UTF-8; what the payload is, empty when not said.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>UTF-8; the idempotency key, empty when not said.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>The request's body.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
