using BrokerServe.Protocol;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>One connection of a program that is not ours: what it sends is the test's, byte for byte.</summary>
internal abstract class Stranger : IAsyncDisposable
{
    private IConnection _connection = null!;

    protected Stranger(string prefix) => Names = new ObjectNames(prefix);

    protected ObjectNames Names { get; }

    protected IChannel Channel { get; private set; } = null!;

    /// <summary>The queue that it listens to.</summary>
    protected abstract string Queue { get; }

    /// <summary>Publishes a message, to any exchange.</summary>
    public async Task SendAsync(string exchange, string key, BasicProperties properties, ReadOnlyMemory<byte> body = default) =>
        await Channel.BasicPublishAsync(exchange, key, mandatory: false, properties, body);

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    protected abstract Task HearAsync(BasicDeliverEventArgs message);

    protected async Task ConnectAsync(TestBroker.TestBroker broker)
    {
        _connection = await new ConnectionFactory { Uri = new Uri(broker.Uri), AutomaticRecoveryEnabled = false }.CreateConnectionAsync("stranger");
        Channel = await _connection.CreateChannelAsync();
        await Channel.QueueDeclareAsync(Queue, durable: false, exclusive: true, autoDelete: false);
        var consumer = new AsyncEventingBasicConsumer(Channel);
        consumer.ReceivedAsync += (_, message) => HearAsync(message);
        await Channel.BasicConsumeAsync(Queue, autoAck: true, consumer);
    }
}
