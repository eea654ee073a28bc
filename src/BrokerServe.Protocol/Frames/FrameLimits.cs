namespace BrokerServe.Protocol.Frames;

/// <summary>How much travels together.</summary>
public static class FrameLimits
{
    /// <summary>Most bytes of a frame of several members; a larger member travels alone. 256 KiB.</summary>
    /// <remarks>Far above what saves anything (a frame of 64 small queries has 8 KiB), far below what stalls others on the same connection.</remarks>
    public const int MaxFrameBytes = 256 * 1024;

    /// <summary>Most requests of one frame. 64.</summary>
    /// <remarks>
    /// A delivery is settled when its last member has ended, and runs them all again when it comes back: few enough that this is seldom
    /// much, and at 64 a message's cost per request is down to a sixty-fourth already.
    /// </remarks>
    public const int MaxRequests = 64;

    /// <summary>How far apart the times left of a frame's requests may be: the longest has at most this many times the shortest. 2.</summary>
    /// <remarks>The message expires with its last request; until then the broker keeps those that have expired before.</remarks>
    public const int MaxDeadlineRatio = 2;
}
