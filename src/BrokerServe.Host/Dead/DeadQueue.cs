using System.Globalization;
using System.Threading.Channels;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>Holds the oldest messages of the dead queue while they are looked at. What is not taken out is back in its place afterwards.</summary>
internal sealed class DeadQueue : IDeliveryHandler, IAsyncDisposable
{
    /// <summary>A guard: somebody else holds what was counted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Channel<DeadMessage> _arrived = Channel.CreateUnbounded<DeadMessage>(); // Bounded by the consumer's prefetch.
    private readonly Dictionary<string, int> _alike = new(StringComparer.Ordinal);
    private readonly IBrokerConnection _connection;
    private readonly Predicate<string> _wanted;
    private IConsumer? _consumer;

    private DeadQueue(IBrokerConnection connection, Predicate<string> wanted)
    {
        _connection = connection;
        _wanted = wanted;
    }

    /// <summary>What is held, from the oldest.</summary>
    public List<DeadMessage> Messages { get; } = [];

    /// <summary>Takes hold of the oldest messages.</summary>
    /// <param name="broker">Where the queue is.</param>
    /// <param name="name">The queue.</param>
    /// <param name="limit">Of how many messages.</param>
    /// <param name="wanted">Of which ids the payload is kept; of a thousand requests it would be more than a terminal's machine has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerException">There is no such queue, or the broker is away.</exception>
    public static async Task<DeadQueue> OpenAsync(
        IBroker broker, string name, int limit, Predicate<string> wanted, CancellationToken cancellationToken)
    {
        var queue = new DeadQueue(await broker.ConnectAsync("dead", cancellationToken), wanted);
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

    /// <summary>Takes a message out for good, as far as <see cref="ReleaseAsync"/> agrees.</summary>
    public ValueTask RemoveAsync(DeadMessage message) => _consumer!.AckAsync(message.Tag, multiple: false);

    /// <summary>Lets go of everything that was not taken out; once.</summary>
    /// <returns>
    /// False when the broker had ended the hold before (after its consumer timeout, or with the connection): what was taken out then may be in
    /// its place again.
    /// </returns>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_consumer is null)
        {
            return true;
        }

        try
        {
            // A channel is served in order: who has the answer knows that all before was heard.
            return await _consumer.StopAsync(cancellationToken) && !_connection.Closed.IsCancellationRequested;
        }
        catch (BrokerException)
        {
            return false;
        }
    }

    public void OnDelivery(in Delivery delivery)
    {
        var id = DeadMessage.IdOf(delivery.Properties, delivery.Body);
        var count = _alike[id] = _alike.GetValueOrDefault(id) + 1;
        id = count == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}-{count}");
        var body = !DeadMessage.IsCopyOf(delivery.Properties) || _wanted(id) ? delivery.Body.ToArray() : null;
        _arrived.Writer.TryWrite(new DeadMessage(delivery.Tag, id, delivery.Properties, delivery.Body.Length, body));
    }

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
