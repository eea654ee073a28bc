using BrokerServe.Transport;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>The RPC server of a tutorial: it knows nothing of BrokerServe.</summary>
internal sealed class RpcServer(IBroker broker, Fault fault) : IAsyncDisposable, IDeliveryHandler
{
    public const string Queue = "rpc_queue";

    private IBrokerConnection? _connection;
    private IConsumer? _consumer;
    private IPublisher? _publisher;

    public async Task StartAsync()
    {
        _connection = await broker.ConnectAsync("server", default);
        await _connection.DeclareQueueAsync(new QueueDeclaration(Queue), default);
        _publisher = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        _consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(Queue, 60_000), default);
        await _consumer.StartAsync(this, default);
    }

    public void OnDelivery(in Delivery delivery)
    {
        var id = fault == Fault.DropsCorrelationIds ? null : delivery.Properties.CorrelationId;
        var reply = new MessageProperties { CorrelationId = id };
        _publisher!.PublishAsync(new OutboundMessage("", delivery.Properties.ReplyTo!, Mandatory: false, reply, "55"u8.ToArray())).AsTask().GetAwaiter().GetResult();
        _ = _consumer!.AckAsync(delivery.Tag, multiple: false).AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }
}
