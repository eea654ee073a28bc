namespace BrokerServe.Protocol.Announcements;

/// <summary>The ranges of what replicas and routers announce, and of what routers configure. What is outside is refused as malformed.</summary>
public static class AnnouncementLimits
{
    /// <summary>
    /// Most queries that a replica may be sent before it has answered: as many as a frame of 256 KiB can hold with 26 bytes each, and far more than one
    /// process serves well.
    /// </summary>
    public const int MaxConcurrent = 10_000;

    /// <summary>Queries that a replica may be sent before it has answered, when it does not say.</summary>
    public const int DefaultConcurrent = 8;

    /// <summary>Shortest lease, in milliseconds: below it one pause of a garbage collector would make a party look dead.</summary>
    public const int MinLeaseMs = 100;

    /// <summary>Longest lease, in milliseconds: ten minutes of belief in a party that may be gone.</summary>
    public const int MaxLeaseMs = 600_000;

    /// <summary>The lease when none is said, in milliseconds: two heartbeats of 1,000 may be lost or late.</summary>
    public const int DefaultLeaseMs = 3_000;

    /// <summary>Longest wait for a batch to fill, in milliseconds: a minute is twice the default deadline of a call.</summary>
    public const int MaxBatchWaitTimeoutMs = 60_000;
}
