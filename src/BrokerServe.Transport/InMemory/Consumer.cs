using System.Diagnostics;

namespace BrokerServe.Transport.InMemory;

/// <summary>One subscription: a serial loop on the thread pool that hands deliveries to the handler.</summary>
/// <remarks>
/// The queue assigns messages and counts what is unsettled, under its lock; the loop takes them in batches and calls the handler under no
/// lock. The loop also fires <see cref="Ended"/>, as its last act, so no delivery can follow it.
/// </remarks>
internal sealed class Consumer(Connection connection, InMemoryBroker broker, ConsumerOptions options) : IConsumer, IThreadPoolWorkItem
{
    // Enough that the queue's lock is taken once for many messages, few enough to stop quickly.
    private const int BatchSize = 64;

    // After so many batches the thread goes back to the pool, which others in the process share.
    private const int BatchesPerTurn = 16;

    private readonly Lock _lifecycle = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Handed[] _batch = new Handed[Math.Min(BatchSize, options.Prefetch)];
    private IDeliveryHandler? _handler;
    private volatile Queue? _source;
    private volatile bool _delivering;
    private volatile bool _ending;
    private int _scheduled;

    /// <inheritdoc/>
    public string Queue => options.Queue;

    /// <inheritdoc/>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Where it is subscribed; null before the start.</summary>
    public Queue? Source => _source;

    /// <summary>Where it begins, in a stream.</summary>
    public StreamPosition? From => options.From;

    /// <summary>Completes when <see cref="Ended"/> has fired and no delivery can follow.</summary>
    public Task Quiet => _quiet.Task;

    /// <summary>What it holds; guarded by its queue's lock.</summary>
    public UnsettledList Unsettled { get; } = new();

    /// <summary>May be assigned one more; asked under its queue's lock.</summary>
    public bool HasRoom => _delivering && Unsettled.Count < options.Prefetch;

    /// <inheritdoc/>
    public ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lifecycle)
        {
            if (_handler is not null)
            {
                throw new InvalidOperationException("A consumer starts once.");
            }

            _handler = handler;
            try
            {
                Subscribe();
            }
            catch (BrokerException)
            {
                // As the broker closes the channel of a consumer that it refuses.
                End();
                throw;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AckAsync(ulong deliveryTag, bool multiple)
    {
        _source?.Ack(this, deliveryTag, multiple);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RequeueAsync(ulong deliveryTag)
    {
        _source?.Requeue(this, deliveryTag, seen: true);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> StopAsync(CancellationToken cancellationToken)
    {
        var isFirst = End();
        try
        {
            // It counts as a consumer until what it was not handed is back: who sees none may delete the queue.
            await _quiet.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _source?.Unsubscribe(this);
        }

        return isFirst;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        End();
        _source?.Leave(this);
        await _quiet.Task.ConfigureAwait(false);
        connection.Forget(this);
    }

    /// <summary>Ends deliveries; the loop fires <see cref="Ended"/> soon. What is held stays held.</summary>
    /// <returns>False when they had ended before.</returns>
    public bool End()
    {
        bool isFirst;

        // Under the lock of the start: either the start sees the end, or this sees the subscription.
        lock (_lifecycle)
        {
            isFirst = !_ending;
            _delivering = false;
            _ending = true;
        }

        Wake();
        return isFirst;
    }

    /// <summary>Takes one more message; true when the loop must be woken. Called under the queue's lock.</summary>
    public bool Assign(in QueueEntry entry)
    {
        Debug.Assert(Unsettled.Count < options.Prefetch, "A consumer was assigned more than its prefetch.");
        Unsettled.Add(entry);
        return Unsettled.ToHand == 1;
    }

    /// <summary>Sees to it that the loop runs, once.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            broker.Motion?.Begin();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var batches = 0; batches < BatchesPerTurn; batches++)
        {
            if (DeliverBatch())
            {
                continue;
            }

            if (_ending)
            {
                // The flag stays set: nothing wakes an ended loop again.
                FireEnded();
                broker.Motion?.End();
                return;
            }

            // After clearing the flag, look again: who assigned a message while it was set did not schedule the loop.
            Interlocked.Exchange(ref _scheduled, 0);
            if (!HasWork() || Interlocked.Exchange(ref _scheduled, 1) != 0)
            {
                broker.Motion?.End();
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Subscribe()
    {
        if (_ending)
        {
            throw connection.Unreachable();
        }

        var source = broker.Topology.FindQueue(options.Queue, connection);
        if (source is { Declaration.Stream: false } && From is not null)
        {
            throw new BrokerException(BrokerFault.TopologyMismatch, $"The queue '{options.Queue}' is no stream, so no place in it can be named.");
        }

        _delivering = true;
        _source = source;
        if (source is null || !source.TrySubscribe(this))
        {
            throw new BrokerException(BrokerFault.NotFound, $"There is no queue '{options.Queue}'.");
        }
    }

    private bool HasWork() => _ending || _source is { } source && source.HasToHand(this);

    private bool DeliverBatch()
    {
        if (_source is not { } source || source.Hand(this, _batch) is var count && count == 0)
        {
            return false;
        }

        var batch = _batch.AsSpan(0, count);
        foreach (ref readonly var handed in batch)
        {
            var message = handed.Message;
            if (_delivering)
            {
                _handler!.OnDelivery(new Delivery(
                    handed.Tag, handed.Redelivered, message.Exchange, message.RoutingKey, message.Properties, message.Body, handed.Offset));
            }
            else
            {
                source.Requeue(this, handed.Tag, seen: false);
            }

            message.LetGo();
        }

        batch.Clear();
        return true;
    }

    private void FireEnded()
    {
        _ended.Cancel();
        _quiet.TrySetResult();
    }
}
