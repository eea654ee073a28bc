using System.Runtime.CompilerServices;
using System.Threading.Channels;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Reads what is published to an exchange.</summary>
internal sealed class ExchangeReader<T> : IDeliveryHandler, IAsyncDisposable
{
    private readonly Channel<T> _messages = Channel.CreateUnbounded<T>();
    private readonly IBrokerConnection _connection;
    private readonly Reading _read;
    private Settler? _settler;

    private ExchangeReader(IBrokerConnection connection, Reading read)
    {
        _connection = connection;
        _read = read;
    }

    /// <summary>Makes of a message what the test wants to know of it.</summary>
    public delegate T Reading(in Delivery delivery);

    /// <param name="broker">Where the exchange is.</param>
    /// <param name="exchange">An exchange of any kind.</param>
    /// <param name="read">Called for each message.</param>
    /// <param name="routingKey">For a direct exchange: what is read.</param>
    public static async Task<ExchangeReader<T>> StartAsync(IBroker broker, string exchange, Reading read, string routingKey = "")
    {
        var reader = new ExchangeReader<T>(await broker.ConnectAsync("reader", CancellationToken.None), read);
        var queue = $"{exchange}.{Guid.NewGuid():N}";
        await reader._connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, CancellationToken.None);
        await reader._connection.BindAsync(queue, exchange, routingKey, CancellationToken.None);
        var consumer = await reader._connection.OpenConsumerAsync(new ConsumerOptions(queue, 16), CancellationToken.None);
        reader._settler = new Settler(consumer, 16);
        await consumer.StartAsync(reader, CancellationToken.None);
        return reader;
    }

    public void OnDelivery(in Delivery delivery)
    {
        _messages.Writer.TryWrite(_read(delivery));
        _settler!.Settle(delivery.Tag);
    }

    /// <summary>The next message that is as wanted.</summary>
    public async Task<T> NextAsync(Predicate<T> wanted, [CallerArgumentExpression(nameof(wanted))] string description = "")
    {
        using var patience = new CancellationTokenSource(ServingSystem.Patience);
        var last = "there was none at all";
        try
        {
            while (true)
            {
                var message = await _messages.Reader.ReadAsync(patience.Token);
                if (wanted(message))
                {
                    return message;
                }

                last = $"the last was {message}";
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Within {ServingSystem.Patience}, no message was as wanted ({description}); {last}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _settler!.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
