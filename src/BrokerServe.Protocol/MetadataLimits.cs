namespace BrokerServe.Protocol;

/// <summary>How much metadata a call may carry. A router refuses a request with more as <see cref="ReplyStatus.BadRequest"/>.</summary>
public static class MetadataLimits
{
    /// <summary>Most entries: as many as a careful HTTP gateway forwards headers, few enough to look through one by one.</summary>
    public const int MaxEntries = 64;

    /// <summary>
    /// Most bytes of the encoded map, 16 KiB: an eighth of the 128 KiB that RabbitMQ allows the properties of one message by default
    /// (<c>frame_max</c>), so that a plain query always has room for its other headers.
    /// </summary>
    public const int MaxBytes = 16 * 1024;
}
