using System.Text;
using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>A router whose every word is the test's: it publishes frames and commands, and keeps what workers say.</summary>
internal sealed class RouterStand : IAsyncDisposable, IDeliveryHandler
{
    private readonly ObjectNames _names = new();
    private readonly Channel<ReplicaAnnouncement> _announcements = Channel.CreateUnbounded<ReplicaAnnouncement>();
    private readonly Channel<ReceivedReply> _replies = Channel.CreateUnbounded<ReceivedReply>();
    private readonly Channel<HeldReport> _reports = Channel.CreateUnbounded<HeldReport>();
    private readonly IBrokerConnection _connection;
    private readonly string _id;
    private IPublisher? _publisher;
    private IConsumer? _consumer;

    private RouterStand(IBrokerConnection connection, string id)
    {
        _connection = connection;
        _id = id;
        ReplyKey = _names.RouterReplyQueue(id, 1);
    }

    public string ReplyKey { get; }

    public uint Incarnation { get; set; } = 1;

    public static async Task<RouterStand> StartAsync(IBroker broker, string id = "router-a")
    {
        var stand = new RouterStand(await broker.ConnectAsync(id, CancellationToken.None), id);
        await stand.SetUpAsync();
        return stand;
    }

    /// <summary>The next announcement of a kind; others that come before it are passed over.</summary>
    public Task<ReplicaAnnouncement> HearsAsync(AnnouncementKind kind)
    {
        return Patience.ForAsync(Next(), $"a replica announces {kind}");

        async Task<ReplicaAnnouncement> Next()
        {
            while (true)
            {
                var announcement = await _announcements.Reader.ReadAsync();
                if (announcement.Kind == kind)
                {
                    return announcement;
                }
            }
        }
    }

    public Task<ReceivedReply> ReceivesAsync() => Patience.ForAsync(_replies.Reader.ReadAsync().AsTask(), "a reply comes");

    public async Task<ReceivedReply[]> ReceivesAsync(int count)
    {
        var replies = new ReceivedReply[count];
        for (var i = 0; i < count; i++)
        {
            replies[i] = await ReceivesAsync();
        }

        return [.. replies.OrderBy(reply => reply.Ticket)];
    }

    /// <summary>Sends one query and awaits its reply.</summary>
    public async Task<ReceivedReply> AsksAsync(ReplicaAnnouncement replica, Query query)
    {
        await SendsAsync(replica, query);
        var reply = await ReceivesAsync();
        Assert.Equal(query.Ticket, reply.Ticket);
        return reply;
    }

    public Task<HeldReport> HearsHeldAsync() => Patience.ForAsync(_reports.Reader.ReadAsync().AsTask(), "a held report comes");

    public bool HasReply => _replies.Reader.Count > 0;

    public Task SendsAsync(ReplicaAnnouncement replica, params Query[] queries)
    {
        var frame = Frames.Of(_id, Incarnation, 1, ReplyKey, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), queries);
        return PublishAsync("", replica.Queue, ContentTypes.Queries, frame);
    }

    public Task SaysAsync(ReplicaAnnouncement replica, ReplicaCommand command) =>
        PublishAsync("", replica.Queue, ContentTypes.Command, command.Encode());

    public Task AnnouncesAsync(AnnouncementKind kind) => PublishAsync(
        _names.Routers, "", ContentTypes.Announcement, new RouterAnnouncement(kind, _id, 1, ReplyKey) { LeaseMs = 60_000 }.Encode());

    /// <summary>The router's reply queue goes away, as if its connection had.</summary>
    public async Task LosesItsReplyQueueAsync() => await _connection.DeleteQueueAsync(ReplyKey, CancellationToken.None);

    public void OnDelivery(in Delivery delivery)
    {
        switch (delivery.Properties.ContentType)
        {
            case ContentTypes.Announcement when ReplicaAnnouncement.TryDecode(delivery.Body, out var announcement):
                _announcements.Writer.TryWrite(announcement);
                break;
            case ContentTypes.Held when HeldReport.TryDecode(delivery.Body, out var report):
                _reports.Writer.TryWrite(report);
                break;
            case ContentTypes.Replies when ReplyFrameReader.TryOpen(delivery.Body, out var replica, out var reader):
                while (reader.TryRead(out var reply))
                {
                    _replies.Writer.TryWrite(new ReceivedReply(
                        reply.Ticket.Value,
                        reply.Status,
                        Encoding.UTF8.GetString(reply.ContentType),
                        reply.Payload.ToArray(),
                        Encoding.UTF8.GetString(replica)));
                }

                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _consumer!.DisposeAsync();
        await _publisher!.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task SetUpAsync()
    {
        await _connection.DeclareExchangeAsync(new ExchangeDeclaration(_names.Replies, ExchangeKind.Direct), CancellationToken.None);
        await _connection.DeclareExchangeAsync(new ExchangeDeclaration(_names.Replicas, ExchangeKind.Fanout), CancellationToken.None);
        await _connection.DeclareQueueAsync(new QueueDeclaration(ReplyKey) { Exclusive = true }, CancellationToken.None);
        await _connection.BindAsync(ReplyKey, _names.Replies, ReplyKey, CancellationToken.None);
        await _connection.BindAsync(ReplyKey, _names.Replicas, "", CancellationToken.None);
        _publisher = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, CancellationToken.None);
        _consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(ReplyKey, 60_000), CancellationToken.None);
        await _consumer.StartAsync(this, CancellationToken.None);

        // Last: a worker that finds it can reach this router.
        await _connection.DeclareExchangeAsync(new ExchangeDeclaration(_names.Routers, ExchangeKind.Fanout), CancellationToken.None);
    }

    private async Task PublishAsync(string exchange, string key, string contentType, byte[] body) =>
        await _publisher!.PublishAsync(
            new OutboundMessage(exchange, key, Mandatory: false, new MessageProperties { ContentType = contentType }, body));
}
