using System.Text;
using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>A producer whose frames are the test's, and what comes to its reply queue and to the dead queue.</summary>
internal sealed class FrameProducer : IAsyncDisposable
{
    private const int Prefetch = 1_000;

    private readonly Channel<Answer> _answers = Channel.CreateUnbounded<Answer>();
    private readonly ObjectNames _names;
    private readonly IBrokerConnection _connection;
    private readonly string _replyTo;
    private readonly List<IAsyncDisposable> _open = [];
    private IPublisher? _publisher;
    private bool _listensToDead;

    private FrameProducer(IBrokerConnection connection, ObjectNames names)
    {
        _connection = connection;
        _names = names;
        _replyTo = names.ClientReplyQueue($"frames-{Guid.NewGuid():N}");
    }

    public static async Task<FrameProducer> StartAsync(IBroker broker, string prefix)
    {
        var producer = new FrameProducer(await broker.ConnectAsync("frames", CancellationToken.None), new ObjectNames(prefix));
        await producer.SetUpAsync();
        return producer;
    }

    /// <summary>One answer, alone or out of a frame.</summary>
    internal sealed record Answer(string? CorrelationId, string? Status, string Body, bool InFrame, bool? SaysFrames = null);

    /// <summary>One request of a frame.</summary>
    internal sealed record Member(string CorrelationId, string Body, long Priority = 0, string? Method = null);

    public async Task SendsAsync(string endpoint, params Member[] members)
    {
        var bytes = new byte[64 * 1024];
        var writer = new RequestFrameWriter(bytes, members.Length);
        foreach (var member in members)
        {
            writer.Begin(member.CorrelationId, 20_000, headers: 1);
            writer.WriteHeader(HeaderNames.Priority, member.Priority);
            writer.End(member.Method, "text/plain", null, Encoding.UTF8.GetBytes(member.Body));
        }

        await SendsAsync(endpoint, bytes[..writer.Length]);
    }

    public async Task SendsAsync(string endpoint, byte[] frame) => await _publisher!.PublishAsync(new OutboundMessage(
        _names.Requests, endpoint, Mandatory: false,
        new MessageProperties { ContentType = ContentTypes.Requests, ReplyTo = _replyTo, ExpirationMs = 20_000, Persistent = true }, frame));

    /// <summary>Where its replies come.</summary>
    public string ReplyTo => _replyTo;

    /// <summary>Publishes what nobody should.</summary>
    public async Task PublishesAsync(string exchange, string routingKey, MessageProperties properties, byte[]? body = null) =>
        await _publisher!.PublishAsync(new OutboundMessage(exchange, routingKey, Mandatory: false, properties, body));

    /// <summary>Hears what comes to a queue of its own as well.</summary>
    public async Task ListensAsync(string queue, string? exchange = null)
    {
        await _connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, CancellationToken.None);
        if (exchange is not null)
        {
            await _connection.BindAsync(queue, exchange, "", CancellationToken.None);
        }

        await ListenAsync(queue);
    }

    /// <summary>Sends a request alone.</summary>
    public async Task SendsAloneAsync(string endpoint, string correlationId, HeaderTable? headers = null) => await _publisher!.PublishAsync(new OutboundMessage(
        _names.Requests, endpoint, Mandatory: false,
        new MessageProperties { CorrelationId = correlationId, ReplyTo = _replyTo, ExpirationMs = 20_000, Headers = headers }, default));

    public async Task<Answer> HearsAsync() => await _answers.Reader.ReadAsync().AsTask().WaitAsync(ServingSystem.Patience);

    public async Task<Dictionary<string, Answer>> HearsAsync(int count)
    {
        var answers = new Dictionary<string, Answer>();
        while (answers.Count < count)
        {
            var answer = await HearsAsync();
            Assert.True(answers.TryAdd(answer.CorrelationId!, answer), $"{answer.CorrelationId} was answered twice.");
        }

        return answers;
    }

    /// <summary>Takes a message off an endpoint's queue as a router would, and is gone.</summary>
    public async Task TakesAndVanishesAsync(string endpoint)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(_names.EndpointQueue(endpoint), 1), CancellationToken.None);
        await consumer.StartAsync(new Taker(taken), CancellationToken.None);
        await taken.Task.WaitAsync(ServingSystem.Patience);
    }

    /// <summary>What lies in the dead queue, taken out of it.</summary>
    public async Task<Answer> FindsDeadAsync()
    {
        if (!_listensToDead)
        {
            _listensToDead = true;
            await ListenAsync(_names.Dead);
        }

        return await HearsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in Enumerable.Reverse(_open))
        {
            await open.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private sealed class Taker(TaskCompletionSource taken) : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery) => taken.TrySetResult();
    }

    private sealed class Listener(FrameProducer producer, Settler settler) : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery)
        {
            producer.Take(delivery);
            settler.Settle(delivery.Tag);
        }
    }

    private async Task SetUpAsync()
    {
        await _connection.DeclareQueueAsync(new QueueDeclaration(_replyTo) { Exclusive = true }, CancellationToken.None);
        _publisher = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, CancellationToken.None);
        _open.Add(_publisher);
        await ListenAsync(_replyTo);
    }

    private async Task ListenAsync(string queue)
    {
        var consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(queue, Prefetch), CancellationToken.None);
        _open.Add(consumer);
        var settler = new Settler(consumer, Prefetch);
        _open.Add(settler);
        await consumer.StartAsync(new Listener(this, settler), CancellationToken.None);
    }

    private void Take(in Delivery delivery)
    {
        var properties = delivery.Properties;
        if (properties.ContentType == ContentTypes.Answers && AnswerFrameReader.TryOpen(delivery.Body, out var reader))
        {
            while (reader.TryRead(out var answer))
            {
                _answers.Writer.TryWrite(new Answer(
                    Encoding.UTF8.GetString(answer.CorrelationId), answer.Status?.Name(), Encoding.UTF8.GetString(answer.Payload), InFrame: true));
            }
        }
        else
        {
            var body = ErrorBody.TryDecode(delivery.Body, out var error) ? error.Message : Encoding.UTF8.GetString(delivery.Body);
            bool? frames = properties.Headers is { } headers && headers.TryGet(HeaderNames.Frames, out var said) ? said.Boolean : null;
            _answers.Writer.TryWrite(new Answer(properties.CorrelationId, properties.Type, body, InFrame: false, frames));
        }
    }
}
