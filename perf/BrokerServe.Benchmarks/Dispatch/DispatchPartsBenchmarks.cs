using BenchmarkDotNet.Attributes;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Benchmarks.Dispatch;

/// <summary>The parts of the dispatcher, each used once there and back.</summary>
public class DispatchPartsBenchmarks : AgainstChannel
{
    private const int ReplicaCount = 1_000;

    private readonly Request[] _requests = new Request[Batch];
    private readonly int[] _indices = new int[Batch];
    private readonly SlotTable _slots = new(loop: 1);
    private readonly CreditIndex _credit = new();
    private readonly DeadlineWheel _wheel = new();
    private readonly CancelIndex _cancels = new();
    private readonly Backlog _backlog = new();
    private readonly List<Request> _due = [];
    private Replica _replica = null!;
    private long _nowMs;

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < Batch; i++)
        {
            _requests[i] = new Request
            {
                EndpointId = i % 4,
                ReplyTo = "brokerserve.reply.load-5f0c3e9a1b7d.1",
                CorrelationId = ShortText.Of($"5f0c3e9a1b7d-{0x100000 + i:x}"),
            };
        }

        for (var i = 0; i < ReplicaCount; i++)
        {
            _replica = new Replica("greet-v1", $"greet-v1-{i}", $"brokerserve.replica.greet-v1.{i}", Dialect.Framed) { Limit = 8 };
            _credit.Add(_replica);
        }
    }

    /// <summary>Opens a slot and vacates it, with as many others open in between.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int SlotOpenVacate()
    {
        for (var i = 0; i < Batch; i++)
        {
            _indices[i] = _slots.OpenSlot(_replica, _requests[i]);
        }

        foreach (var index in _indices)
        {
            _slots.Vacate(index);
        }

        return _slots.Open;
    }

    /// <summary>Finds the least loaded of 1,000 replicas, spends a credit of it and gives one back.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int CreditTakeReturn()
    {
        var taken = 0;
        for (var i = 0; i < Batch; i++)
        {
            var replica = _credit.LeastLoaded()!;
            _credit.Remove(replica);
            replica.TakeCredit();
            _credit.Add(replica);
            _credit.Remove(replica);
            replica.ReturnCredit();
            _credit.Add(replica);
            taken++;
        }

        return taken;
    }

    /// <summary>Puts a deadline 30 s away on the wheel and takes it off again.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int DeadlineAddRemove()
    {
        _nowMs++;
        foreach (var request in _requests)
        {
            request.DeadlineMs = _nowMs + 30_000;
            _wheel.Add(request, _nowMs);
        }

        _wheel.Advance(_nowMs, _due);
        foreach (var request in _requests)
        {
            _wheel.Remove(request);
        }

        return _wheel.Count;
    }

    /// <summary>Makes a request known by its cancellation key and forgets it.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int CancelAddRemove()
    {
        foreach (var request in _requests)
        {
            _cancels.Add(request);
        }

        foreach (var request in _requests)
        {
            _cancels.Remove(request);
        }

        return _cancels.Count;
    }

    /// <summary>Puts a request into the backlog and takes the next in turn, with four endpoints that share the backend.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int BacklogAddTake()
    {
        foreach (var request in _requests)
        {
            _backlog.AddLast(request);
        }

        while (_backlog.TryTake(1_000, out _))
        {
        }

        return _backlog.Waiting;
    }
}
