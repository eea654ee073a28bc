namespace BrokerServe.Transport.InMemory;

/// <summary>One connection to the in-memory broker: its channels, and the exclusive queues that end with it.</summary>
internal sealed class Connection(InMemoryBroker broker, string name) : IBrokerConnection
{
    private readonly Lock _lock = new();
    private readonly HashSet<Consumer> _consumers = [];
    private readonly HashSet<Publisher> _publishers = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BrokerException? _closeReason;
    private volatile bool _closing;
    private Task _finishing = Task.CompletedTask;
    private int _blocked;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public CancellationToken Closed => _closed.Token;

    /// <inheritdoc/>
    public BrokerException? CloseReason => _closeReason;

    /// <inheritdoc/>
    public bool IsBlocked => Volatile.Read(ref _blocked) > 0;

    /// <summary>Tells its publishers' events.</summary>
    public EventLoop Events { get; } = new(broker.Motion);

    /// <summary>Its exclusive queues; guarded by the topology's lock.</summary>
    public HashSet<Queue> OwnedQueues { get; } = [];

    /// <inheritdoc/>
    public ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        broker.Topology.Declare(exchange);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        return ValueTask.FromResult(broker.Topology.HasExchange(exchange));
    }

    /// <inheritdoc/>
    public ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        return ValueTask.FromResult(broker.Topology.Declare(queue, this));
    }

    /// <inheritdoc/>
    public ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        return ValueTask.FromResult(broker.Topology.FindQueue(queue, this)?.Inspect());
    }

    /// <inheritdoc/>
    public ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        broker.Topology.Delete(queue, this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        broker.Topology.Bind(queue, exchange, routingKey, this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        broker.Topology.Unbind(queue, exchange, routingKey, this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, ConsumerOptions.MaxPrefetch);
        cancellationToken.ThrowIfCancellationRequested();
        var consumer = new Consumer(this, broker, options);
        Add(_consumers, consumer);
        return ValueTask.FromResult<IConsumer>(consumer);
    }

    /// <inheritdoc/>
    public ValueTask<IPublisher> OpenPublisherAsync(
        PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var publisher = new Publisher(this, broker, options, events);
        Add(_publishers, publisher);
        return ValueTask.FromResult<IPublisher>(publisher);
    }

    /// <inheritdoc/>
    public void Abort() => Close(new BrokerException(BrokerFault.Unreachable, $"The connection '{name}' was aborted."), cut: true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close(reason: null, cut: false);

        // Whoever closed it first has begun to finish it, or is about to.
        await _quiet.Task.ConfigureAwait(false);
        await _finishing.ConfigureAwait(false);
    }

    /// <summary>Ends the connection, once. When this returns, what it held is back in its queues; <see cref="Closed"/> fires soon.</summary>
    public void Close(BrokerException? reason, bool cut)
    {
        Consumer[] consumers;
        Publisher[] publishers;
        lock (_lock)
        {
            if (_closing)
            {
                return;
            }

            _closeReason = reason;
            _closing = true;
            consumers = [.. _consumers];
            publishers = [.. _publishers];
        }

        // Step 1: nothing more comes from it, and none of its consumers is given anything, also not what another one of them gives back.
        Array.ForEach(publishers, publisher => publisher.Close(cut));
        Array.ForEach(consumers, consumer => consumer.End());

        // Step 2: all that they hold goes back, queue by queue, so that it is in order before others get it.
        foreach (var ofQueue in consumers.GroupBy(consumer => consumer.Source))
        {
            ofQueue.Key?.Leave([.. ofQueue]);
        }

        // Step 3: what is its own ends.
        broker.Topology.DeleteOwnedBy(this);

        // Step 4: Closed fires when every channel has fallen quiet.
        broker.Forget(this);
        broker.Motion?.Begin();
        _finishing = FinishAsync([.. consumers.Select(consumer => consumer.Quiet), .. publishers.Select(publisher => publisher.Quiet)]);
    }

    /// <summary>Refuses work on a connection that has ended.</summary>
    public void ThrowIfClosed()
    {
        if (_closing)
        {
            throw Unreachable();
        }
    }

    /// <summary>What work on an ended connection fails with.</summary>
    public BrokerException Unreachable() =>
        new(BrokerFault.Unreachable, _closeReason?.Message ?? $"The connection '{name}' or its channel has closed.");

    /// <summary>Counts publishers that wait for memory.</summary>
    public void CountBlocked(int change) => Interlocked.Add(ref _blocked, change);

    /// <summary>A consumer was disposed: it is quiet and holds nothing.</summary>
    public void Forget(Consumer consumer) => Forget(_consumers, consumer);

    /// <summary>A publisher was disposed: it is quiet.</summary>
    public void Forget(Publisher publisher) => Forget(_publishers, publisher);

    private async Task FinishAsync(Task[] channels)
    {
        // On the pool: whoever closes the connection does not run the handlers of its token.
        await Task.WhenAll(channels).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _closed.CancelAsync().ConfigureAwait(false);
        _quiet.TrySetResult();
        broker.Motion?.End();
    }

    private void Add<T>(HashSet<T> channels, T channel)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            channels.Add(channel);
        }
    }

    private void Forget<T>(HashSet<T> channels, T channel)
    {
        lock (_lock)
        {
            channels.Remove(channel);
        }
    }

    private void Check(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
    }
}
