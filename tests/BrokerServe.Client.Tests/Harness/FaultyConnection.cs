using BrokerServe.Transport;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>One connection of a <see cref="FaultyBroker"/>.</summary>
internal sealed class FaultyConnection(FaultyBroker broker, IBrokerConnection inner) : IBrokerConnection
{
    public string Name => inner.Name;

    public CancellationToken Closed => inner.Closed;

    public BrokerException? CloseReason => inner.CloseReason;

    public bool IsBlocked => broker.IsBlocked;

    public ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken) =>
        inner.DeclareExchangeAsync(exchange, cancellationToken);

    public ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken) =>
        inner.ExchangeExistsAsync(exchange, cancellationToken);

    public ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken) =>
        inner.DeclareQueueAsync(queue, cancellationToken);

    public ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken) =>
        inner.InspectQueueAsync(queue, cancellationToken);

    public ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken) =>
        inner.DeleteQueueAsync(queue, cancellationToken);

    public ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) =>
        inner.BindAsync(queue, exchange, routingKey, cancellationToken);

    public ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) =>
        inner.UnbindAsync(queue, exchange, routingKey, cancellationToken);

    public ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken) =>
        inner.OpenConsumerAsync(options, cancellationToken);

    public ValueTask<IPublisher> OpenPublisherAsync(PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken) =>
        inner.OpenPublisherAsync(options, events is null ? null : new FaultyEvents(broker, events), cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class FaultyEvents(FaultyBroker broker, IPublisherEvents inner) : IPublisherEvents
    {
        public void OnConfirmed(ulong sequence, bool multiple)
        {
            if (broker.Refuses)
            {
                inner.OnRefused(sequence, multiple);
            }
            else if (broker.HoldsConfirms)
            {
                broker.Hold(() => inner.OnConfirmed(sequence, multiple));
            }
            else
            {
                inner.OnConfirmed(sequence, multiple);
            }
        }

        public void OnRefused(ulong sequence, bool multiple) => inner.OnRefused(sequence, multiple);

        public void OnReturned(in ReturnedMessage message) => inner.OnReturned(message);
    }
}
