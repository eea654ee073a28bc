using BrokerServe.Host.Conformance.Stand;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>The routers that the kit plays for a worker: what they say by themselves, and all that they hear.</summary>
internal sealed class WorkerKit : IAsyncDisposable
{
    private readonly RouterStand _stand;
    private readonly ReplyReader _reader;
    private readonly CancellationTokenSource _rivalled = new();
    private Heartbeats? _heartbeats;

    private WorkerKit(RouterStand stand)
    {
        _stand = stand;
        _reader = new ReplyReader(Replies, ReplyFaults);
        First = new KitRouter(RouterIdentity.Draw("conformance-a"), stand.Names);
        Second = new KitRouter(RouterIdentity.Draw("conformance-b"), stand.Names);
        Third = new KitRouter(RouterIdentity.Draw("conformance-c"), stand.Names);
    }

    public KitRouter First { get; }

    /// <summary>Two, because a worker may hold more than its limit when several send, and must not run it.</summary>
    public KitRouter Second { get; }

    /// <summary>The one that loses connections.</summary>
    public KitRouter Third { get; }

    public ObjectNames Names => _stand.Names;

    public RouterStand Stand => _stand;

    /// <summary>Everything at the exchange of replicas.</summary>
    public Journal<HeardReplica> Roster { get; } = new();

    public Journal<Reply> Replies { get; } = new();

    /// <summary>What was wrong with messages at the reply queues.</summary>
    public Journal<string> ReplyFaults { get; } = new();

    public Journal<HeldReport> HeldReports { get; } = new();

    /// <summary>Whose replies come; set before the first query.</summary>
    public Subject? Subject { get; set; }

    /// <summary>The subject's draining is not answered with fences: a check does that itself.</summary>
    public bool HoldsFences { get; set; }

    /// <summary>Fires when a router that is not the kit's announces itself.</summary>
    public CancellationToken Rivalled => _rivalled.Token;

    /// <exception cref="UsageException">Somebody else plays the router under this prefix.</exception>
    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    public static async Task<WorkerKit> OpenAsync(IBroker broker, ObjectNames names, CancellationToken cancellationToken)
    {
        var kit = new WorkerKit(await RouterStand.OpenAsync(broker, names, cancellationToken));
        try
        {
            await kit._stand.PeekAsync(names.Unroutable, _ => { }, cancellationToken); // By this others see that a run is on.
            await kit._stand.ListenAsync(
                names.RouterAnnouncementQueue(kit.First.Name, 1), "", [names.Replicas], kit.TakeReplica, cancellationToken);
            await kit._stand.ListenAsync(
                names.RouterAnnouncementQueue(kit.Second.Name, 1), "", [names.Routers], kit.TakeRouter, cancellationToken);
            foreach (var router in kit.All())
            {
                await kit.ListenForRepliesAsync(router, cancellationToken);
            }

            await kit.JoinAsync(kit.First, cancellationToken);
            kit._heartbeats = new Heartbeats(kit);
            return kit;
        }
        catch
        {
            await kit.DisposeAsync();
            throw;
        }
    }

    /// <summary>Declares the reply queue of a router's present epoch.</summary>
    public Task ListenForRepliesAsync(KitRouter router, CancellationToken cancellationToken) =>
        _stand.ListenAsync(router.ReplyKey, router.ReplyKey, [Names.Replies], TakeReply, cancellationToken);

    /// <summary>The routers that replicas were told of.</summary>
    public IEnumerable<KitRouter> Joined() => All().Where(router => router.HasJoined);

    /// <summary>Announces a router to all replicas, now and from now on.</summary>
    public async Task JoinAsync(KitRouter router, CancellationToken cancellationToken)
    {
        await AnnounceAsync(router.Announce(AnnouncementKind.Join), cancellationToken);
        router.HasJoined = true;
    }

    /// <summary>Publishes at the exchange of routers.</summary>
    public Task AnnounceAsync(byte[] body, CancellationToken cancellationToken) =>
        PublishAsync(Names.Routers, "", ContentTypes.Announcement, body, cancellationToken);

    /// <summary>Says something through a replica's queue.</summary>
    public Task CommandAsync(string queue, byte[] command, CancellationToken cancellationToken) =>
        PublishAsync("", queue, ContentTypes.Command, command, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_heartbeats is not null)
        {
            await _heartbeats.DisposeAsync();
        }

        foreach (var router in Joined())
        {
            try
            {
                await AnnounceAsync(router.Announce(AnnouncementKind.Leave), CancellationToken.None);
            }
            catch (BrokerException)
            {
                // The connection is gone, and replicas will learn of it by the lease.
            }
        }

        await _stand.DisposeAsync();
        _rivalled.Dispose();
    }

    private void TakeReplica(ReceivedMessage message) => Roster.Add(HeardReplica.Of(message));

    private void TakeRouter(ReceivedMessage message)
    {
        if (RouterAnnouncement.TryDecode(message.Body, out var router)
            && All().All(own => own.Name != router.Router) && router.Kind != AnnouncementKind.Leave)
        {
            _rivalled.Cancel();
        }
    }

    private void TakeReply(ReceivedMessage message)
    {
        if (message.Properties.ContentType == ContentTypes.Held)
        {
            if (HeldReport.TryDecode(message.Body, out var report))
            {
                HeldReports.Add(report);
            }
            else
            {
                ReplyFaults.Add("A held report came that cannot be read: replica (a name), incarnation and tickets (integers) must be there.");
            }
        }
        else if (Subject is { Kind: SubjectKinds.Framed, Announcement: { } announcement })
        {
            _reader.TakeFrame(message, announcement.Replica);
        }
        else
        {
            _reader.TakePlain(message);
        }
    }

    private Task PublishAsync(string exchange, string key, string contentType, byte[] body, CancellationToken cancellationToken) => _stand.PublishAsync(
        new OutboundMessage(exchange, key, Mandatory: false, new MessageProperties { ContentType = contentType }, body), cancellationToken);

    private KitRouter[] All() => [First, Second, Third];
}
