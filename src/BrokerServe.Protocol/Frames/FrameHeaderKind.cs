namespace BrokerServe.Protocol.Frames;

/// <summary>What the value of a header in a frame is.</summary>
public enum FrameHeaderKind
{
    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Anything else that MessagePack can say: read by nobody.</summary>
    Unsupported,
}
