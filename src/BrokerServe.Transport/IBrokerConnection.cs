namespace BrokerServe.Transport;

/// <summary>One connection to a broker. It ends once and never comes back; its exclusive queues end with it.</summary>
/// <remarks>
/// Safe for any thread. Every operation has a deadline of its own inside the implementation and fails with
/// <see cref="BrokerException"/> rather than hang; an operation that the broker refuses leaves the connection usable.
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
    ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken);

    /// <summary>Creates the queue, or checks that it exists with the same arguments.</summary>
    /// <exception cref="BrokerException"><see cref="BrokerFault.TopologyMismatch"/> when it exists otherwise,
    /// <see cref="BrokerFault.Locked"/> when it is another connection's exclusive queue.</exception>
    ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken);

    /// <summary>What a queue holds right now, or null when there is none of that name.</summary>
    ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Deletes a queue with everything in it; no error when there is none.</summary>
    ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Routes what is published to <paramref name="exchange"/> under <paramref name="routingKey"/> to <paramref name="queue"/>.</summary>
    ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken);

    /// <summary>Ends what <see cref="BindAsync"/> began; no error when there is no such binding.</summary>
    ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken);

    /// <summary>Opens a channel to receive from a queue on; deliveries begin with <see cref="IConsumer.StartAsync"/>.</summary>
    /// <param name="options">The queue, and how much may be outstanding.</param>
    /// <param name="cancellationToken">Gives up the attempt; it does not end the consumer.</param>
    ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken);

    /// <summary>Opens a channel to publish on.</summary>
    /// <param name="options">Whether the broker confirms each message.</param>
    /// <param name="events">Told about confirms and returns, on the connection's own thread: be short, never block.</param>
    /// <param name="cancellationToken">Gives up the attempt; it does not end the publisher.</param>
    ValueTask<IPublisher> OpenPublisherAsync(PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken);

    /// <summary>Ends the connection at once without a good-bye, as a crash would. For the watchdog, and for tests.</summary>
    void Abort();
}
