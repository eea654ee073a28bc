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

    /// <summary>Longer than any fault: what ends by its deadline was lost.</summary>
    public int TimeoutMs { get; init; } = 30_000;

    /// <summary>False: each request and each answer travels alone, so that the wire says which it is.</summary>
    public bool Coalesce { get; init; }

    /// <summary>Whether the first router is a program of the tests, which can be asked for its heap.</summary>
    public bool Veterans { get; init; }

    public string QueueType { get; init; } = "Classic";

    /// <summary>The settings of the backend.</summary>
    public IReadOnlyDictionary<string, object> Backend { get; init; } = new Dictionary<string, object>();

    public string ConfigJson(string prefix) => JsonSerializer.Serialize(new
    {
        BrokerServe = new
        {
            Prefix = prefix,
            Reconnect = new { RefusedDelay = "2s" }, // 30 s by default: longer than a test.
            Endpoints = new { greet = new { Traffic = new { v1 = 1 }, QueueType, DefaultTimeout = "30s" } },
            Backends = new { v1 = Backend },
        },
    });
}
