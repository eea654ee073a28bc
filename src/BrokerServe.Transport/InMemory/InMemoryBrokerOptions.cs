namespace BrokerServe.Transport.InMemory;

/// <summary>How much the in-memory broker may hold.</summary>
public sealed record InMemoryBrokerOptions
{
    /// <summary>Bytes of messages, with what surrounds them, that the broker holds before it makes publishers wait.</summary>
    /// <value>1 or more. Default 256 MiB: about a quarter of a million small requests, and little beside a model server.</value>
    /// <remarks>
    /// Messages to shared queues may take three quarters of it. The last quarter is for exclusive queues, through which what waits in
    /// the shared ones is worked off: without it, requests that fill the memory would block the very queries that drain them.
    /// A stream is never trimmed, and what it holds counts for good.
    /// </remarks>
    public long MaxBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>What one message may measure.</summary>
    /// <value>Default: as over RabbitMQ, so that what works in one process works over a network.</value>
    public BrokerLimits Limits { get; init; } = new();
}
