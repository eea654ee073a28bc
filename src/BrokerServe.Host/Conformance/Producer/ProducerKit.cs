using BrokerServe.Host.Conformance.Stand;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Producer;

/// <summary>The router that the kit plays for producers: an endpoint's queue, and what else producers publish.</summary>
internal sealed class ProducerKit : IAsyncDisposable
{
    private readonly CancellationTokenSource _rivalled = new();

    private ProducerKit(RouterStand stand) => Stand = stand;

    public RouterStand Stand { get; }

    /// <summary>What came to the endpoint's queue.</summary>
    public Journal<Arrival> Arrivals { get; } = new();

    /// <summary>What was given up.</summary>
    public Journal<ReceivedMessage> Cancels { get; } = new();

    /// <summary>Requests to endpoints that have no queue.</summary>
    public Journal<ReceivedMessage> Misrouted { get; } = new();

    /// <summary>Fires when a router announces itself.</summary>
    public CancellationToken Rivalled => _rivalled.Token;

    /// <exception cref="UsageException">Somebody else plays the router under this prefix, or requests of others wait in the queue.</exception>
    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    public static async Task<ProducerKit> OpenAsync(IBroker broker, ObjectNames names, string endpoint, CancellationToken cancellationToken)
    {
        var kit = new ProducerKit(await RouterStand.OpenAsync(broker, names, cancellationToken));
        try
        {
            await kit.SetUpAsync(names, endpoint, cancellationToken);
            return kit;
        }
        catch
        {
            await kit.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stand.DisposeAsync();
        _rivalled.Dispose();
    }

    private async Task SetUpAsync(ObjectNames names, string endpoint, CancellationToken cancellationToken)
    {
        var name = RouterIdentity.Draw("conformance");
        await Stand.PeekAsync(names.Unroutable, Misrouted.Add, cancellationToken);
        await Stand.ListenAsync(names.RouterAnnouncementQueue(name, 1), "", [names.Routers], TakeRouter, cancellationToken);
        await Stand.ListenAsync(names.RouterCancelQueue(name, 1), "", [names.Cancels], Cancels.Add, cancellationToken);

        // A router's own queue is durable and stays; one that is not there yet is the kit's, and goes with it.
        var queue = names.EndpointQueue(endpoint);
        var found = await Stand.LookAtAsync(queue, cancellationToken);
        if (found is { Exists: true, Info: not { Ready: 0, Consumers: 0 } })
        {
            var whose = found.Info is { } info ? $"{info.Ready} requests wait in it, {info.Consumers} consume it" : "another connection owns it";
            throw new UsageException(
                $"The queue '{queue}' is somebody's: {whose}. "
                + "What waits there would be answered by the kit. Give the producer and this command a prefix of their own: --prefix NAME.");
        }

        if (found.Exists)
        {
            await Stand.Connection.BindAsync(queue, names.Requests, endpoint, cancellationToken);
            await Stand.ConsumeAsync(queue, Take, cancellationToken);
        }
        else
        {
            await Stand.ListenAsync(queue, endpoint, [names.Requests], Take, cancellationToken);
        }
    }

    private void Take(ReceivedMessage message) => Arrivals.Add(ArrivalReader.Read(message));

    private void TakeRouter(ReceivedMessage message)
    {
        if (RouterAnnouncement.TryDecode(message.Body, out var router) && router.Kind != AnnouncementKind.Leave)
        {
            _rivalled.Cancel();
        }
    }
}
