namespace BrokerServe.Protocol;

/// <summary>How much metadata a call may carry. A router refuses a request with more as <see cref="ReplyStatus.BadRequest"/>.</summary>
public static class MetadataLimits
{
    /// <summary>Most entries: as many as a careful HTTP gateway forwards headers, few enough to look through one by one.</summary>
    public const int MaxEntries = 64;

    /// <summary>
    /// Most bytes of UTF-8 that names and values may have together, 64 KiB: half of what RabbitMQ allows all properties of one message by
    /// default (<c>frame_max</c>), so no producer can send much more. Operators set lower bounds per endpoint.
    /// </summary>
    public const int MaxBytes = 64 * 1024;
}
