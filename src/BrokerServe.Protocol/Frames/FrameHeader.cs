namespace BrokerServe.Protocol.Frames;

/// <summary>One header of a request as it stands in a frame. Lent: it points into the frame's bytes.</summary>
public readonly ref struct FrameHeader
{
    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>What the value is.</summary>
    public FrameHeaderKind Kind { get; init; }

    /// <summary>UTF-8; the value if it is text.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The value if it is a number; 0 or 1 if it is a boolean.</summary>
    public long Number { get; init; }
}
