using System.ComponentModel.DataAnnotations;

namespace BrokerServe.Router.Configuration;

/// <summary>What an operator says of one backend: <c>BrokerServe:Backends:NAME</c>. What is null is left to its workers.</summary>
/// <remarks>
/// Immutable. The name is the key under which the backend stands. Bounds are per router, but for <see cref="MaxConcurrentQueries"/> and
/// <see cref="MaxBatchSize"/>: these are a replica's, however many routers there are.
/// </remarks>
public sealed record BackendConfig
{
    /// <summary>Queries a replica may hold at once; the smaller of this and what the worker announced counts.</summary>
    /// <value>1 to 10,000. Default null: what the worker announced (8 unless its author said otherwise).</value>
    [Range(1, 10_000)]
    public int? MaxConcurrentQueries { get; init; }

    /// <summary>Queries in one batch, for handlers that take batches.</summary>
    /// <value>1 to 10,000. Default null: the worker's own.</value>
    [Range(1, 10_000)]
    public int? MaxBatchSize { get; init; }

    /// <summary>How long the first query of a batch waits for others.</summary>
    /// <value>0 to 1 minute. Default null: the worker's own.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan? BatchWaitTimeout { get; init; }

    /// <summary>For the reconfigure hook of the workers: opaque text, JSON by custom.</summary>
    /// <value>Up to 65,536 characters. Default null: nothing is sent.</value>
    [Opaque]
    [StringLength(64 * 1024)]
    public string? UserConfig { get; init; }

    /// <summary>Requests that may wait for a replica, for each endpoint that sends here.</summary>
    /// <value>1 to 65,000; 256 and the sum of this and <see cref="MaxInFlight"/> over the backends of one endpoint's traffic may be 65,535 at most,
    /// for that is its prefetch. Default 1,000: a second of work at a thousand requests per second; what waits beyond it waits better in the
    /// broker.</value>
    [Range(1, 65_000)]
    public int MaxQueuedQueries { get; init; } = 1_000;

    /// <summary>Queries at replicas that an endpoint's prefetch makes room for. It bounds no replica; raise it when the replicas of the
    /// backend together hold more than this.</summary>
    /// <value>1 to 65,000, within the sum that <see cref="MaxQueuedQueries"/> names. Default 1,024: 128 replicas of 8 queries.</value>
    [Range(1, 65_000)]
    public int MaxInFlight { get; init; } = 1_024;

    /// <summary>What becomes of a request beyond <see cref="MaxQueuedQueries"/>.</summary>
    /// <value>Default <see cref="Configuration.WhenFull.Wait"/>: nothing is lost, and the broker keeps the backlog.</value>
    public WhenFull WhenFull { get; init; } = WhenFull.Wait;

    /// <summary>What becomes of a request while there is no replica.</summary>
    /// <value>Default <see cref="Configuration.WhenNoReplica.Wait"/>: a restart of its last replica costs callers time, and no errors.</value>
    public WhenNoReplica WhenNoReplica { get; init; } = WhenNoReplica.Wait;

    /// <summary>How often a request is tried when replicas die with it, the first time included.</summary>
    /// <value>1 (never again) to 100. Default 3: one lost machine and one bad moment, and not a poisoned request for ever.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Shadow copies that may wait for a replica; the oldest is dropped beyond it.</summary>
    /// <value>1 to 1,000,000. Default 1,000, as many as requests.</value>
    [Range(1, 1_000_000)]
    public int ShadowMaxQueued { get; init; } = 1_000;

    /// <summary>Bytes of shadow copies that may wait for a replica; the oldest is dropped beyond it.</summary>
    /// <value>1,024 bytes to 1 TiB. Default 16 MiB.</value>
    [Range(1024d, 1024d * 1024 * 1024 * 1024)]
    public long ShadowMaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>RPC queues that are there already and count as replicas, beside those that announce themselves.</summary>
    /// <value>Each queue once in the whole router, and none of BrokerServe's own. Default none.</value>
    public IReadOnlyList<StaticReplicaConfig> StaticReplicas { get; init; } = [];

    /// <summary>The same in collections that nobody can change.</summary>
    internal BackendConfig Settled() => this with { StaticReplicas = [.. StaticReplicas] };

    /// <summary>Whether both say the same, collections by content.</summary>
    internal bool SaysTheSameAs(BackendConfig other) =>
        this with { StaticReplicas = other.StaticReplicas } == other && StaticReplicas.SequenceEqual(other.StaticReplicas);
}
