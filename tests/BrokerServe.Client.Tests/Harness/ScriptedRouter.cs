using System.Text;
using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>What a client sees of a router, moved by the test: declares the shared topology, takes requests, replies by hand.</summary>
internal sealed class ScriptedRouter : IAsyncDisposable
{
    private readonly IBrokerConnection _connection;
    private readonly IPublisher _publisher;
    private readonly List<IConsumer> _consumers = [];
    private readonly Channel<ReceivedMessage> _requests = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly Channel<int> _frames = Channel.CreateUnbounded<int>();
    private readonly Channel<ReceivedMessage> _cancels = Channel.CreateUnbounded<ReceivedMessage>();

    private ScriptedRouter(IBrokerConnection connection, IPublisher publisher)
    {
        _connection = connection;
        _publisher = publisher;
    }

    public static ObjectNames Names { get; } = new();

    public static async Task<ScriptedRouter> StartAsync(IBroker broker, params string[] endpoints)
    {
        var connection = await broker.ConnectAsync("router", CancellationToken.None);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, CancellationToken.None);
        var router = new ScriptedRouter(connection, publisher);
        await connection.DeclareExchangeAsync(new ExchangeDeclaration(Names.Cancels, ExchangeKind.Fanout), CancellationToken.None);
        await connection.DeclareExchangeAsync(new ExchangeDeclaration(Names.Requests, ExchangeKind.Direct), CancellationToken.None);
        await router.ListenAsync("test.cancels", Names.Cancels, "", router._cancels);
        foreach (var endpoint in endpoints)
        {
            await router.ListenAsync(Names.EndpointQueue(endpoint), Names.Requests, endpoint, router._requests);
        }

        return router;
    }

    /// <summary>The next request, from whichever endpoint, alone or out of a frame.</summary>
    public Task<ReceivedMessage> ReceivesAsync() =>
        Within.ReasonAsync(_requests.Reader.ReadAsync().AsTask(), "a request reached the endpoint's queue");

    /// <summary>How many requests were in each frame since the last time.</summary>
    public List<int> TakeFrames()
    {
        var frames = new List<int>();
        while (_frames.Reader.TryRead(out var count))
        {
            frames.Add(count);
        }

        return frames;
    }

    /// <summary>The next cancellation.</summary>
    public Task<ReceivedMessage> ReceivesCancelAsync() =>
        Within.ReasonAsync(_cancels.Reader.ReadAsync().AsTask(), "a cancellation reached the routers");

    public bool HasRequests => _requests.Reader.Count > 0;

    public bool HasCancels => _cancels.Reader.Count > 0;

    /// <summary>Replies as a router does.</summary>
    public Task RepliesAsync(
        ReceivedMessage request, string body, string? status = null, string? contentType = null, HeaderTable? headers = null) =>
        RepliesAsync(request, Encoding.UTF8.GetBytes(body), status, contentType, headers);

    /// <summary>Replies as a router does.</summary>
    public Task RepliesAsync(
        ReceivedMessage request, byte[] body, string? status = null, string? contentType = null, HeaderTable? headers = null) =>
        PublishesAsync(
            request.Properties.ReplyTo!,
            new MessageProperties
            {
                CorrelationId = request.Properties.CorrelationId,
                MessageId = request.Properties.MessageId,
                Type = status,
                ContentType = contentType,
                Headers = headers,
            },
            body);

    /// <summary>Publishes anything to a reply queue.</summary>
    public async Task PublishesAsync(string replyTo, MessageProperties properties, byte[] body) =>
        await _publisher.PublishAsync(new OutboundMessage("", replyTo, Mandatory: false, properties, body));

    public async ValueTask DisposeAsync()
    {
        foreach (var consumer in _consumers)
        {
            await consumer.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private async Task ListenAsync(string queue, string exchange, string key, Channel<ReceivedMessage> into)
    {
        await _connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, CancellationToken.None);
        await _connection.BindAsync(queue, exchange, key, CancellationToken.None);
        var consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(queue, 60_000), CancellationToken.None);
        _consumers.Add(consumer);
        await consumer.StartAsync(new Collector(into.Writer, _frames.Writer), CancellationToken.None);
    }

    private sealed class Collector(ChannelWriter<ReceivedMessage> into, ChannelWriter<int> frames) : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery)
        {
            if (delivery.Properties.ContentType == ContentTypes.Requests)
            {
                var members = ReceivedMessage.OfFrame(delivery);
                frames.TryWrite(members.Count); // First: whoever has received the requests finds their frame counted.
                members.ForEach(member => into.TryWrite(member));
                return;
            }

            into.TryWrite(new ReceivedMessage(delivery.RoutingKey, delivery.Properties, delivery.Body.ToArray()));
        }
    }
}
