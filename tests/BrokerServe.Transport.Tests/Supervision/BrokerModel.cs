using System.Collections.Concurrent;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>What a broker knows about one consumer: which deliveries are unsettled, and whether what it is told about them makes sense.</summary>
internal sealed class BrokerModel(int prefetch) : IConsumer
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _unsettled = [];
    private readonly HashSet<ulong> _toSettle = [];
    private readonly HashSet<ulong> _toRequeue = [];
    private ulong _lastTag;

    /// <summary>What it was told: <c>ack 3</c>, <c>ack ..7</c>, <c>requeue 5</c>.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    /// <summary>What a real broker would have closed the channel for.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public string Queue => "model";

    public CancellationToken Ended => CancellationToken.None;

    /// <summary>Deliveries that nobody settled.</summary>
    public int Unsettled
    {
        get
        {
            lock (_lock)
            {
                return _unsettled.Count;
            }
        }
    }

    /// <summary>Delivers one more, when the prefetch has room.</summary>
    public bool TryDeliver(out ulong tag)
    {
        lock (_lock)
        {
            tag = _unsettled.Count < prefetch ? ++_lastTag : 0;
            return tag != 0 && _unsettled.Add(tag);
        }
    }

    /// <summary>Notes what is about to be said, to compare with what the broker is told.</summary>
    public void Expect(ulong tag, bool requeue)
    {
        lock (_lock)
        {
            (requeue ? _toRequeue : _toSettle).Add(tag);
        }
    }

    public ValueTask AckAsync(ulong deliveryTag, bool multiple)
    {
        Told.Enqueue(multiple ? $"ack ..{deliveryTag}" : $"ack {deliveryTag}");
        lock (_lock)
        {
            if (!_unsettled.Contains(deliveryTag))
            {
                Complaints.Enqueue($"ack of the unknown tag {deliveryTag}");
            }

            foreach (var tag in multiple ? _unsettled.Where(tag => tag <= deliveryTag).ToArray() : [deliveryTag])
            {
                Settle(tag, _toSettle, "ack");
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RequeueAsync(ulong deliveryTag)
    {
        Told.Enqueue($"requeue {deliveryTag}");
        lock (_lock)
        {
            Settle(deliveryTag, _toRequeue, "requeue");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<bool> StopAsync(CancellationToken cancellationToken) => new(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Settle(ulong tag, HashSet<ulong> expected, string what)
    {
        if (!_unsettled.Remove(tag) || !expected.Remove(tag))
        {
            Complaints.Enqueue($"{what} of {tag}, which nobody asked for");
        }
    }
}
