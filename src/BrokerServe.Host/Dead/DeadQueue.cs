using System.Threading.Channels;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>Holds the oldest messages of the dead queue while they are looked at. What is not taken out is back in its place afterwards.</summary>
internal sealed class DeadQueue : IDeliveryHandler, IAsyncDisposable
{
    /// <summary>A guard: somebody else holds what was counted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Channel<DeadMessage> _arrived = Channel.CreateUnbounded<DeadMessage>(); // Bounded by the consumer's prefetch.
    private readonly IBrokerConnection _connection;
    private IConsumer? _consumer;

    private DeadQueue(IBrokerConnection connection) => _connection = connection;

    /// <summary>What is held, from the oldest.</summary>
    public List<DeadMessage> Messages { get; } = [];

    /// <summary>Takes hold of the oldest messages.</summary>
    /// <exception cref="BrokerException">There is no such queue, or the broker is away.</exception>
    public static async Task<DeadQueue> OpenAsync(IBroker broker, string name, int limit, CancellationToken cancellationToken)
    {
        var queue = new DeadQueue(await broker.ConnectAsync("dead", cancellationToken));
        try
        {
            await queue.HoldAsync(name, limit, cancellationToken);
            return queue;
        }
        catch
        {
            await queue.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a message out for good.</summary>
    public ValueTask RemoveAsync(DeadMessage message) => _consumer!.AckAsync(message.Tag, multiple: false);

    public void OnDelivery(in Delivery delivery) =>
        _arrived.Writer.TryWrite(new DeadMessage(delivery.Tag, delivery.Properties, delivery.Body.ToArray()));

    public async ValueTask DisposeAsync()
    {
        if (_consumer is not null)
        {
            await _consumer.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private async Task HoldAsync(string name, int limit, CancellationToken cancellationToken)
    {
        var info = await _connection.InspectQueueAsync(name, cancellationToken)
            ?? throw new BrokerException(BrokerFault.NotFound, $"There is no queue '{name}'. A router makes it; check --prefix.");
        var count = (int)Math.Min(info.Ready, limit);
        if (count == 0)
        {
            return;
        }

        _consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(name, count), cancellationToken);
        await _consumer.StartAsync(this, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _consumer.Ended);
        try
        {
            while (Messages.Count < count)
            {
                patience.CancelAfter(Patience);
                Messages.Add(await _arrived.Reader.ReadAsync(patience.Token));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another operator holds the rest, or took it.
        }
    }
}
