namespace BrokerServe.Protocol.Frames;

/// <summary>One answer as it stands in a frame. Lent: it points into the frame's bytes.</summary>
public readonly ref struct AnswerView
{
    /// <summary>UTF-8; as the request said it.</summary>
    public ReadOnlySpan<byte> CorrelationId { get; init; }

    /// <summary>How the call ended; null when this version does not know the number.</summary>
    public ReplyStatus? Status { get; init; }

    /// <summary>How many attempts it took; 0 when none was made.</summary>
    public int Attempts { get; init; }

    /// <summary>UTF-8; who answered, empty when no replica was asked.</summary>
    public ReadOnlySpan<byte> Backend { get; init; }

    /// <summary>UTF-8; who answered, empty when no replica was asked.</summary>
    public ReadOnlySpan<byte> Replica { get; init; }

    /// <summary>UTF-8; what the payload is, empty when not said.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>UTF-8; as the request said it, empty when it did not.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>The handler's payload; for an error a <see cref="ErrorBody"/>.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
