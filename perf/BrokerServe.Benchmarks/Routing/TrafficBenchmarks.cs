using System.Text;
using BenchmarkDotNet.Attributes;
using BrokerServe.Router.Routing;

namespace BrokerServe.Benchmarks.Routing;

/// <summary>The traffic split: a draw, and the backend that it falls on.</summary>
public class TrafficBenchmarks : AgainstChannel
{
    private readonly byte[][] _keys = [.. Enumerable.Range(0, Batch).Select(i => Encoding.UTF8.GetBytes($"user-{1_000_000 + i}"))];
    private readonly Random _random = new();
    private TrafficPolicy _policy = null!;

    [Params(2, 10)]
    public int Backends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var weights = Enumerable.Range(0, Backends).ToDictionary(i => $"greet-v{i}", _ => 1.0 / Backends);
        if (!TrafficPolicy.TryCreate(weights, new Dictionary<string, double>(), out var policy, out var errors))
        {
            throw new InvalidOperationException(string.Join("; ", errors));
        }

        _policy = policy;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int DrawAndChoose()
    {
        var chosen = 0;
        for (var i = 0; i < Batch; i++)
        {
            chosen += _policy.Choose(_random.NextDouble());
        }

        return chosen;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ShardKeyAndChoose()
    {
        var chosen = 0;
        foreach (var key in _keys)
        {
            chosen += _policy.Choose(ShardHash.Draw(key));
        }

        return chosen;
    }
}
