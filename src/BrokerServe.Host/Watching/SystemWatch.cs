using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Reports;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Host.Watching;

/// <summary>Looks on: hears what replicas and routers announce and what routers report, and changes nothing.</summary>
/// <remarks>Any thread may ask what it knows. One connection at a time; on the next one it goes on with what it knew.</remarks>
internal sealed class SystemWatch(ObjectNames names, TimeProvider time)
{
    private const int Prefetch = 256;

    private readonly string _queue = names.OperatorQueue(Guid.NewGuid().ToString("N"));
    private readonly Roll<ReplicaAnnouncement> _replicas = new(time, static said => said.LeaseMs);
    private readonly Roll<RouterAnnouncement> _routers = new(time, static said => said.LeaseMs);
    private readonly ReportBoard _board = new(time);

    /// <summary>What it looks at.</summary>
    public ObjectNames Names => names;

    /// <summary>Exchanges that are not there, found at the last connection: no router has run, or not one of this version.</summary>
    public IReadOnlyList<string> MissingExchanges { get; private set; } = [];

    /// <summary>Listens on a connection until it ends, or until told to stop.</summary>
    /// <exception cref="BrokerException">The broker refuses.</exception>
    public async Task ListenAsync(IBrokerConnection connection, Action listening, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(connection.Closed, stopping);
        var consumer = await SubscribeAsync(connection, over.Token);
        if (consumer is null)
        {
            listening();
            await Task.Delay(Timeout.Infinite, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await using (consumer)
        {
            await using var settler = new Settler(consumer, Prefetch);
            await consumer.StartAsync(new Ear(this, settler), over.Token);
            listening();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(over.Token, consumer.Ended);
            await Task.Delay(Timeout.Infinite, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Everything that is known now.</summary>
    public Sighting Look() => new(_board.Read(), _routers.Present(), _replicas.Present(), MissingExchanges);

    private async Task<IConsumer?> SubscribeAsync(IBrokerConnection connection, CancellationToken cancellation)
    {
        var missing = new List<string>();
        var exchanges = new List<string>();
        foreach (var exchange in new[] { names.Reports, names.Routers, names.Replicas })
        {
            (await connection.ExchangeExistsAsync(exchange, cancellation) ? exchanges : missing).Add(exchange);
        }

        MissingExchanges = missing;
        if (exchanges.Count == 0)
        {
            return null;
        }

        await connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Exclusive = true }, cancellation);
        foreach (var exchange in exchanges)
        {
            await connection.BindAsync(_queue, exchange, "", cancellation);
        }

        return await connection.OpenConsumerAsync(new ConsumerOptions(_queue, Prefetch), cancellation);
    }

    private void Hear(in Delivery delivery)
    {
        if (delivery.Exchange == names.Reports)
        {
            _board.Take(delivery.Body);
        }
        else if (delivery.Exchange == names.Routers && RouterAnnouncement.TryDecode(delivery.Body, out var router))
        {
            _routers.Hear(router.Router, router, router.Kind == AnnouncementKind.Leave);
        }
        else if (delivery.Exchange == names.Replicas && ReplicaAnnouncement.TryDecode(delivery.Body, out var replica))
        {
            _replicas.Hear(replica.Replica, replica, replica.Kind == AnnouncementKind.Leave);
        }
    }

    private sealed class Ear(SystemWatch watch, Settler settler) : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery)
        {
            watch.Hear(delivery);
            settler.Settle(delivery.Tag);
        }
    }
}
