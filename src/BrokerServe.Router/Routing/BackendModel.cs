using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Routing;

/// <summary>A backend as the router reads it. Immutable; a change makes a new one, and what did not change stays the same object.</summary>
internal sealed class BackendModel(string name, BackendConfig config)
{
    public string Name => name;

    /// <summary>What the operator wrote, validated.</summary>
    public BackendConfig Config => config;

    /// <summary>Queries a replica may hold by the operator's word; null: what the worker announced.</summary>
    public int? MaxConcurrentQueries { get; } = config.MaxConcurrentQueries;

    /// <summary>For the workers; null: their own.</summary>
    public int? MaxBatchSize { get; } = config.MaxBatchSize;

    /// <summary>For the workers; null: their own.</summary>
    public TimeSpan? BatchWaitTimeout { get; } = config.BatchWaitTimeout;

    /// <summary>For the workers; null: nothing to say.</summary>
    public string? UserConfig { get; } = config.UserConfig;

    /// <summary>The bound of the backlog, exact, for each endpoint.</summary>
    public int MaxQueuedQueries { get; } = config.MaxQueuedQueries;

    /// <summary>What the prefetch of an endpoint counts for queries at replicas.</summary>
    public int MaxInFlight { get; } = config.MaxInFlight;

    public WhenFull WhenFull { get; } = config.WhenFull;

    public WhenNoReplica WhenNoReplica { get; } = config.WhenNoReplica;

    /// <summary>The first attempt included; 1 = never again.</summary>
    public int MaxAttempts { get; } = config.MaxAttempts;

    /// <summary>The bound of the backlog of shadow copies, in copies.</summary>
    public int ShadowMaxQueued { get; } = config.ShadowMaxQueued;

    /// <summary>The bound of the backlog of shadow copies, in bytes.</summary>
    public long ShadowMaxBytes { get; } = config.ShadowMaxBytes;
}
