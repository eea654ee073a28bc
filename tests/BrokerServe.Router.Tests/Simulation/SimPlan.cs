using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>What is fixed for a seed: how much of everything there is, and how much goes wrong.</summary>
internal sealed class SimPlan
{
    private readonly string[] _endpoints;

    public SimPlan(Random chance)
    {
        Routers = 1 + chance.Next(3);
        Prefetch = 4 + chance.Next(60);
        Calls = 50 + chance.Next(400);
        CallEveryMs = Simulation.FaultsEndMs / Calls;
        FaultEveryMs = chance.Next(4) == 0 ? 100_000 : 150 + chance.Next(1_500);
        GraceMs = 200 + chance.Next(4_000);
        _endpoints = [.. Enumerable.Range(0, 1 + chance.Next(2)).Select(i => $"endpoint-{i}")];
        Backends = [.. Enumerable.Range(0, 1 + chance.Next(3)).Select(i => ($"backend-{i}", ConfigOf(chance)))];
        HasPlainWorkers = chance.Next(3) == 0;
        HasFrames = chance.Next(3) > 0;
        foreach (var endpoint in _endpoints)
        {
            Policies.Add(endpoint, PolicyOf(chance));
            AtMostOnce[endpoint] = chance.Next(4) == 0;
        }
    }

    public int Routers { get; }

    public int Prefetch { get; }

    public int Calls { get; }

    public int CallEveryMs { get; }

    public int FaultEveryMs { get; }

    /// <summary>How long a worker drains before it stops.</summary>
    public int GraceMs { get; }

    public bool HasPlainWorkers { get; }

    /// <summary>Producers put calls that they make at once into one message.</summary>
    public bool HasFrames { get; }

    public IReadOnlyList<string> Endpoints => _endpoints;

    public IReadOnlyList<(string Name, BackendConfig Config)> Backends { get; }

    public Dictionary<string, TrafficPolicy> Policies { get; } = [];

    public Dictionary<string, bool> AtMostOnce { get; } = [];

    public int EndpointId(string endpoint) => Array.IndexOf(_endpoints, endpoint);

    private static BackendConfig ConfigOf(Random chance) => new()
    {
        MaxQueuedQueries = 1 + chance.Next(30),
        MaxAttempts = 1 + chance.Next(4),
        WhenFull = (WhenFull)chance.Next(2),
        WhenNoReplica = chance.Next(4) == 0 ? WhenNoReplica.Reject : WhenNoReplica.Wait,
        ShadowMaxQueued = 1 + chance.Next(10),
    };

    // One backend, or two in halves; the others may be shadows.
    private TrafficPolicy PolicyOf(Random chance)
    {
        var names = Backends.Select(b => b.Name).OrderBy(_ => chance.Next()).ToArray();
        var primaries = names.Take(1 + chance.Next(Math.Min(2, names.Length))).ToArray();
        var weights = primaries.ToDictionary(n => n, _ => 1.0 / primaries.Length);
        var shadows = names.Skip(primaries.Length).ToDictionary(n => n, _ => chance.NextDouble());
        return TrafficPolicy.TryCreate(weights, shadows, out var policy, out var problem) ? policy : throw new InvalidOperationException($"{problem}");
    }
}
