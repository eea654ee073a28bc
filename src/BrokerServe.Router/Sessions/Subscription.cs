using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Sessions;

/// <summary>A consumer with its settler.</summary>
internal sealed class Subscription : IAsyncDisposable
{
    private readonly Settler _settler;

    private Subscription(IConsumer consumer, Settler settler)
    {
        Consumer = consumer;
        _settler = settler;
    }

    public IConsumer Consumer { get; }

    /// <summary>Opens and starts a consumer.</summary>
    public static async Task<Subscription> StartAsync(
        IBrokerConnection connection, string queue, int prefetch, Func<Settler, IDeliveryHandler> handler, CancellationToken cancellationToken)
    {
        var consumer = await connection.OpenConsumerAsync(new(queue, prefetch), cancellationToken).ConfigureAwait(false);
        var settler = new Settler(consumer, prefetch);
        var subscription = new Subscription(consumer, settler);
        try
        {
            await consumer.StartAsync(handler(settler), cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says the last settlements; what is unsettled goes back to the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        await _settler.DisposeAsync().ConfigureAwait(false);
        await Consumer.DisposeAsync().ConfigureAwait(false);
    }
}
