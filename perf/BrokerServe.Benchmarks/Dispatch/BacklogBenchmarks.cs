using BenchmarkDotNet.Attributes;

namespace BrokerServe.Benchmarks.Dispatch;

/// <summary>The whole life of a request in the dispatcher, behind so many others that wait.</summary>
/// <remarks>
/// Ten replicas, all of them full. What waits goes round: at a turn a millisecond the oldest of a million has waited for 4 s when its turn
/// comes, so that no deadline of 30 s passes.
/// </remarks>
public class BacklogBenchmarks : AgainstChannel
{
    private const int ReplicaCount = 10;
    private const int LimitOfEach = (Batch + ReplicaCount - 1) / ReplicaCount;

    private DispatchBench? _bench; // Made by the first call: the baseline has the same parameters and no use for a million requests.

    [Params(0, 1_000, 100_000, 1_000_000)]
    public int Waiting { get; set; }

    /// <summary>Each reply dispatches the one that waited longest, each arrival waits.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int LifeBehindBacklog()
    {
        var bench = _bench ??= NewBench();
        for (var i = 0; i < Batch; i++)
        {
            bench.Reply();
            bench.Arrive();
        }

        return bench.EndTurn();
    }

    private DispatchBench NewBench()
    {
        var underWay = (LimitOfEach * ReplicaCount) + Waiting;
        var bench = new DispatchBench(ReplicaCount, LimitOfEach, underWay + Batch);
        bench.Fill(underWay);
        return bench;
    }
}
