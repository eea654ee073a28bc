namespace BrokerServe.Transport;

/// <summary>One connection to a broker. It ends once and never comes back; its exclusive queues end with it.</summary>
/// <remarks>
/// Safe for any thread. Every operation has a deadline of its own inside the implementation and fails with
/// <see cref="BrokerException"/> rather than hang; an operation that the broker refuses leaves the connection usable. One whose token fires ends
/// with an <see cref="OperationCanceledException"/>; whether the broker has done it is unknown.
/// </remarks>
public interface IBrokerConnection : IAsyncDisposable
{
    /// <summary>The name given to <see cref="IBroker.ConnectAsync"/>.</summary>
    string Name { get; }

    /// <summary>Fires once, when the connection has ended for whatever reason. No callback of the connection runs after its handlers returned.</summary>
    CancellationToken Closed { get; }

    /// <summary>Why the connection ended; null while it is open and after an orderly <see cref="IAsyncDisposable.DisposeAsync"/>.</summary>
    BrokerException? CloseReason { get; }

    /// <summary>True while the broker has stopped reading what this connection publishes (memory or disk alarm).</summary>
    bool IsBlocked { get; }

    /// <summary>Creates the exchange, or checks that it exists with the same kind.</summary>
    /// <exception cref="BrokerException"><see cref="BrokerFault.TopologyMismatch"/> when it exists otherwise.</exception>
    ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken);

    /// <summary>Whether there is an exchange of that name, of whatever kind. For parties that may not declare shared topology:
    /// publishing to an exchange that is not there closes the channel.</summary>
    /// <exception cref="BrokerException">Anything but its absence.</exception>
    ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken);

    /// <summary>Creates the queue, or checks that it exists with the same arguments.</summary>
    /// <exception cref="BrokerException"><see cref="BrokerFault.TopologyMismatch"/> when it exists otherwise,
    /// <see cref="BrokerFault.Locked"/> when it is another connection's exclusive queue.</exception>
    ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken);

    /// <summary>What a queue holds right now, or null when there is none of that name.</summary>
    /// <exception cref="BrokerException"><see cref="BrokerFault.Locked"/> when it is another connection's exclusive queue,
    /// <see cref="BrokerFault.NotFound"/> when it is there and its home node is down.</exception>
    ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Deletes a queue with everything in it; no error when there is none.</summary>
    /// <exception cref="BrokerException"><see cref="BrokerFault.Locked"/> when it is another connection's exclusive queue.</exception>
    ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Routes what is published to <paramref name="exchange"/> under <paramref name="routingKey"/> to <paramref name="queue"/>.</summary>
    /// <exception cref="BrokerException"><see cref="BrokerFault.NotFound"/> when there is no such queue or exchange.</exception>
    ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken);

    /// <summary>Ends what <see cref="BindAsync"/> began; no error when there is no such binding.</summary>
    ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken);

    /// <summary>Opens a channel to receive from a queue on; deliveries begin with <see cref="IConsumer.StartAsync"/>.</summary>
    /// <param name="options">The queue, and how much may be outstanding. Whether there is such a queue shows when deliveries begin.</param>
    /// <param name="cancellationToken">Gives up the attempt; it does not end the consumer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ConsumerOptions.Prefetch"/> is out of its range.</exception>
    ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken);

    /// <summary>Opens a channel to publish on.</summary>
    /// <param name="options">Whether the broker confirms each message.</param>
    /// <param name="events">Told about confirms and returns, by whoever reads the connection: be short, never block. Null: nobody is told.</param>
    /// <param name="cancellationToken">Gives up the attempt; it does not end the publisher.</param>
    ValueTask<IPublisher> OpenPublisherAsync(PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken);

    /// <summary>Ends the connection at once without a good-bye, as a crash would. For the watchdog, and for tests.</summary>
    void Abort();
}
