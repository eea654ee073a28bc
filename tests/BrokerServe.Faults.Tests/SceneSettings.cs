using System.Text.Json;

namespace BrokerServe.Faults.Tests;

/// <summary>How big a scene is, and how it is configured.</summary>
internal sealed record SceneSettings
{
    public int Routers { get; init; } = 2;

    public int Workers { get; init; } = 2;

    /// <summary>How long a query takes.</summary>
    public int WorkMs { get; init; } = 5;

    /// <summary>Queries that a worker runs at once.</summary>
    public int Limit { get; init; } = 16;

    /// <summary>Queries that wait at each worker beyond those.</summary>
    public int Ahead { get; init; }

    /// <summary>Longer than any fault on a busy machine, on which a broker takes a minute to start: what ends by its deadline was lost.</summary>
    public int TimeoutMs { get; init; } = 120_000;

    /// <summary>False: each request and each answer travels alone, so that the wire says which it is.</summary>
    public bool Coalesce { get; init; }

    /// <summary>Whether the first router is a program of the tests, which can be asked for its heap.</summary>
    public bool Veterans { get; init; }

    /// <summary>True: nothing stands between the parties and the broker.</summary>
    public bool Direct { get; init; }

    /// <summary>The nodes of a cluster, which the parties then speak with directly.</summary>
    public string? ClusterUri { get; init; }

    public long MaxBufferedBytes { get; init; } = 64 * 1024 * 1024;

    public string QueueType { get; init; } = "Classic";

    /// <summary>The settings of the backend.</summary>
    public IReadOnlyDictionary<string, object> Backend { get; init; } = new Dictionary<string, object>();

    /// <summary>What there is beside what the producer calls and the workers serve.</summary>
    public IReadOnlyDictionary<string, object> MoreEndpoints { get; init; } = new Dictionary<string, object>();

    public IReadOnlyDictionary<string, object> MoreBackends { get; init; } = new Dictionary<string, object>();

    public string ConfigJson(string prefix) => JsonSerializer.Serialize(new
    {
        BrokerServe = new
        {
            Prefix = prefix,
            MaxBufferedBytes,
            SharedQueueType = QueueType,
            Reconnect = new { RefusedDelay = "2s" }, // 30 s by default: longer than a test.
            Endpoints = new Dictionary<string, object>(MoreEndpoints)
            {
                [Scene.Endpoint] = new { Traffic = new Dictionary<string, double> { [Scene.Backend] = 1 }, QueueType, DefaultTimeout = "30s" },
            },
            Backends = new Dictionary<string, object>(MoreBackends) { [Scene.Backend] = Backend },
        },
    });
}
