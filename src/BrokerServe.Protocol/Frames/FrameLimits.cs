namespace BrokerServe.Protocol.Frames;

/// <summary>How much travels together.</summary>
public static class FrameLimits
{
    /// <summary>Most bytes of a frame of several members; a larger member travels alone. 256 KiB.</summary>
    /// <remarks>Far above what saves anything (a frame of 64 small queries has 8 KiB), far below what stalls others on the same connection.</remarks>
    public const int MaxFrameBytes = 256 * 1024;
}
