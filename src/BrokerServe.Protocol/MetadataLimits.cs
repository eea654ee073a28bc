namespace BrokerServe.Protocol;

/// <summary>How much metadata, and how many headers in all, a request may carry. A router refuses a request with more as <see cref="ReplyStatus.BadRequest"/>.</summary>
public static class MetadataLimits
{
    /// <summary>Most entries: as many as a careful HTTP gateway forwards headers, few enough to look through one by one.</summary>
    public const int MaxEntries = 64;

    /// <summary>
    /// Most bytes of UTF-8 that names and values may have together, 16 KiB: half of <see cref="MaxHeaderBytes"/>, so that lengths and
    /// kinds of 64 entries, the other headers of a request and those that are not forwarded have the other half. An operator sets
    /// a lower bound per endpoint; 8 KiB unless told otherwise.
    /// </summary>
    public const int MaxBytes = MaxHeaderBytes / 2;

    /// <summary>
    /// Most bytes that all headers of a request may take as AMQP encodes them, forwarded or not, 32 KiB: half of what a message of ours
    /// may have in properties and headers (64 KiB, itself half of a broker's frame), because a plain query carries them on, numbers
    /// written out as text and the router's own beside them.
    /// </summary>
    public const int MaxHeaderBytes = 32 * 1024;
}
