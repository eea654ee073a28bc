using BrokerServe.Protocol;
using BrokerServe.Router.Sessions;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Host.Conformance.Stand;

/// <summary>Where the kit stands to play the router: a connection, the shared exchanges, queues of its own, and one channel to publish on.</summary>
/// <remarks>All queues are exclusive, so nothing of a run is left but what every router declares.</remarks>
internal sealed class RouterStand : IAsyncDisposable, IPublisherEvents
{
    /// <summary>More than anybody sends to a kit before it looks.</summary>
    private const int Prefetch = 4_096;

    private readonly List<(IConsumer Consumer, Settler? Settler)> _consumers = [];
    private readonly SemaphoreSlim _publishing = new(1);
    private IPublisher? _publisher;

    private RouterStand(IBrokerConnection connection, ObjectNames names)
    {
        Connection = connection;
        Names = names;
    }

    public IBrokerConnection Connection { get; }

    public ObjectNames Names { get; }

    /// <summary>Queues to which something was published with <c>mandatory</c>, and that were not there.</summary>
    public Journal<string> Returned { get; } = new();

    /// <summary>Connects, makes sure that nobody else plays the router here, and declares what routers declare.</summary>
    /// <exception cref="UsageException">A router, or another run, is at work under this prefix.</exception>
    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    public static async Task<RouterStand> OpenAsync(IBroker broker, ObjectNames names, CancellationToken cancellationToken)
    {
        var stand = new RouterStand(await broker.ConnectAsync("conformance", cancellationToken), names);
        try
        {
            await stand.SetUpAsync(broker, cancellationToken);
            return stand;
        }
        catch
        {
            await stand.DisposeAsync();
            throw;
        }
    }

    /// <summary>Declares an exclusive queue, bound to exchanges, and takes what comes to it.</summary>
    public async Task ListenAsync(
        string queue, string routingKey, IReadOnlyList<string> exchanges, Action<ReceivedMessage> take, CancellationToken cancellationToken)
    {
        await Topology.DeclarePrivateAsync(Connection, queue, routingKey, exchanges, cancellationToken);
        await ConsumeAsync(queue, take, cancellationToken);
    }

    /// <summary>Takes what comes to a queue that is there.</summary>
    public async Task ConsumeAsync(string queue, Action<ReceivedMessage> take, CancellationToken cancellationToken)
    {
        var consumer = await Connection.OpenConsumerAsync(new ConsumerOptions(queue, Prefetch), cancellationToken);
        var settler = new Settler(consumer, Prefetch);
        _consumers.Add((consumer, settler));
        await consumer.StartAsync(new Taker(queue, take, settler), cancellationToken);
    }

    /// <summary>Looks at what is in a queue of others, and leaves it there: it goes back when the kit ends.</summary>
    public async Task PeekAsync(string queue, Action<ReceivedMessage> look, CancellationToken cancellationToken)
    {
        var consumer = await Connection.OpenConsumerAsync(new ConsumerOptions(queue, Prefetch), cancellationToken);
        _consumers.Add((consumer, null));
        await consumer.StartAsync(new Taker(queue, look, settler: null), cancellationToken);
    }

    /// <summary>Publishes; any thread.</summary>
    public async Task PublishAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        await _publishing.WaitAsync(cancellationToken);
        try
        {
            await _publisher!.PublishAsync(message);
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>Whether there is a queue, be it somebody's exclusive one; and what is known of it then.</summary>
    public async Task<(bool Exists, bool IsExclusive, QueueInfo? Info)> LookAtAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            var info = await Connection.InspectQueueAsync(queue, cancellationToken);
            return (info is not null, false, info);
        }
        catch (BrokerException locked) when (locked.Fault == BrokerFault.Locked)
        {
            return (true, true, null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (consumer, settler) in _consumers)
        {
            if (settler is not null)
            {
                await settler.DisposeAsync();
            }

            await consumer.DisposeAsync();
        }

        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        await Connection.DisposeAsync();
        _publishing.Dispose();
    }

    void IPublisherEvents.OnConfirmed(ulong sequence, bool multiple)
    {
    }

    void IPublisherEvents.OnRefused(ulong sequence, bool multiple)
    {
    }

    void IPublisherEvents.OnReturned(in ReturnedMessage message) => Returned.Add(message.RoutingKey);

    private async Task SetUpAsync(IBroker broker, CancellationToken cancellationToken)
    {
        // Every router consumes this queue, and so does every run of the kit.
        if (await Connection.InspectQueueAsync(Names.Unroutable, cancellationToken) is { Consumers: > 0 })
        {
            throw new UsageException(
                $"A router is at work under the prefix '{Names.Prefix}' at {broker.DisplayName}, or another conformance run. Stop it, or give "
                + "both what is checked and this command a prefix of their own: --prefix NAME.");
        }

        await Topology.DeclareSharedAsync(Connection, Names, QueueType.Classic, cancellationToken);
        _publisher = await Connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), this, cancellationToken);
    }

    private sealed class Taker(string queue, Action<ReceivedMessage> take, Settler? settler) : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery)
        {
            take(ReceivedMessage.Of(queue, delivery));
            settler?.Settle(delivery.Tag);
        }
    }
}
