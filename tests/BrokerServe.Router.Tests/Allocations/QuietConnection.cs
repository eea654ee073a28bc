using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Allocations;

/// <summary>A connection on which everything that is asked for is there.</summary>
internal sealed class QuietConnection(QuietBroker broker, string name) : IBrokerConnection
{
    private readonly CancellationTokenSource _closed = new();

    public string Name => name;

    public CancellationToken Closed => _closed.Token;

    public BrokerException? CloseReason => null;

    public bool IsBlocked => false;

    public ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken) => default;

    public ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken) => new(true);

    public ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken) => new(new QueueInfo(queue.Name, 0, 0));

    public ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken) => new(new QueueInfo(queue, 0, 1));

    public ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken) => default;

    public ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => default;

    public ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => default;

    public ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken) =>
        new(new QuietConsumer(broker, options.Queue));

    public ValueTask<IPublisher> OpenPublisherAsync(PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken) =>
        new(new QuietPublisher(broker, options.Confirms ? events : null));

    public void Abort() => _closed.Cancel();

    public ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }
}
