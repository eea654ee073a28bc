namespace BrokerServe.Protocol;

/// <summary>Names of the AMQP headers that BrokerServe reads and writes.</summary>
public static class HeaderNames
{
    /// <summary>Request and plain query: when the caller stops waiting, in milliseconds since 1970-01-01 UTC. Integer.</summary>
    public const string Deadline = "bs-deadline";

    /// <summary>Request: 0 (default) to 9; higher is served first. Integer.</summary>
    public const string Priority = "bs-priority";

    /// <summary>Request: requests with one key go to one backend. Text.</summary>
    public const string ShardKey = "bs-shard-key";

    /// <summary>
    /// Request: whether the endpoint takes request frames is to be said. Reply: whether it does, when that was asked, and when a member of a
    /// frame came to one that does not. Boolean.
    /// </summary>
    public const string Frames = "bs-frames";

    /// <summary>Plain query: milliseconds left when it was sent. Integer.</summary>
    public const string TimeLeft = "bs-time-left";

    /// <summary>Plain query: the endpoint that was called. Text.</summary>
    public const string Endpoint = "bs-endpoint";

    /// <summary>Plain query: 1 for the first attempt. Integer.</summary>
    public const string Attempt = "bs-attempt";

    /// <summary>Reply: the backend that answered. Text.</summary>
    public const string Backend = "bs-backend";

    /// <summary>Reply: the replica that answered. Text.</summary>
    public const string Replica = "bs-replica";

    /// <summary>Reply: how many attempts it took. Integer.</summary>
    public const string Attempts = "bs-attempts";

    /// <summary>Copy in the dead queue: the handler's method; absent for <c>__call__</c>. Text.</summary>
    public const string Method = "bs-method";

    /// <summary>Copy in the dead queue, and what makes a message one: which replicas were lost with the request. Text.</summary>
    public const string History = "bs-history";

    /// <summary>W3C trace context. Text.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>W3C trace context. Text.</summary>
    public const string TraceState = "tracestate";

    /// <summary>Metadata from caller to handler: a header of this prefix is forwarded by every router's default settings.</summary>
    public const string MetadataPrefix = "meta-";

    /// <summary>How headers begin that BrokerServe itself gives a meaning to. As it stands in a frame.</summary>
    public static ReadOnlySpan<byte> OwnPrefixUtf8 => "bs-"u8;

    /// <summary><see cref="Deadline"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> DeadlineUtf8 => "bs-deadline"u8;

    /// <summary><see cref="Priority"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> PriorityUtf8 => "bs-priority"u8;

    /// <summary><see cref="ShardKey"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> ShardKeyUtf8 => "bs-shard-key"u8;

    /// <summary><see cref="Frames"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> FramesUtf8 => "bs-frames"u8;

    /// <summary><see cref="TraceParent"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> TraceParentUtf8 => "traceparent"u8;

    /// <summary><see cref="TraceState"/> as it stands in a frame.</summary>
    public static ReadOnlySpan<byte> TraceStateUtf8 => "tracestate"u8;
}
