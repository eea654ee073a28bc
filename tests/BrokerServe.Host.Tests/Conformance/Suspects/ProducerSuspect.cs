using System.Text;
using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>A small producer, written from PROTOCOL.md, that does one thing wrong, or nothing: one call after the other on one connection.</summary>
internal sealed class ProducerSuspect(IBroker broker, ProducerFault fault) : IAsyncDisposable, IDeliveryHandler
{
    public const string Endpoint = "greet";

    private const int TimeoutMs = 700;

    private readonly ObjectNames _names = new();
    private readonly Channel<(MessageProperties Properties, byte[] Body)> _replies = Channel.CreateUnbounded<(MessageProperties, byte[])>();
    private readonly CancellationTokenSource _ending = new();
    private readonly string _replyTo = $"brokerserve.reply.{Guid.NewGuid():N}";
    private IBrokerConnection? _connection;
    private IPublisher? _publisher;
    private int _calls;
    private bool _takesFrames;

    /// <summary>Calls until it is disposed, or dies.</summary>
    public async Task RunAsync()
    {
        _connection = await broker.ConnectAsync("producer", default);
        await _connection.DeclareQueueAsync(new QueueDeclaration(_replyTo) { Exclusive = true }, default);
        _publisher = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        var consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(_replyTo, 60_000), default);
        await consumer.StartAsync(this, default);
        try
        {
            while (await CallAsync())
            {
                await Task.Delay(1, _ending.Token);
            }

            _connection.Abort();
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }

    public void OnDelivery(in Delivery delivery) => _replies.Writer.TryWrite((delivery.Properties, delivery.Body.ToArray()));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    /// <returns>False when it dies of the answer.</returns>
    private async Task<bool> CallAsync()
    {
        _calls++;
        var id = $"call-{(fault == ProducerFault.ReusesCorrelationIds ? _calls % 3 : _calls)}";
        var frame = (_takesFrames && _calls % 2 == 0) || (fault == ProducerFault.SendsFramesUnasked && _calls == 1);
        await (frame ? SendFrameAsync(id) : SendAloneAsync(id));
        if (fault == ProducerFault.HasNoCorrelationId)
        {
            return true; // Nobody can answer.
        }

        var (properties, body) = await ReceiveAsync(id);
        if (properties is null)
        {
            var given = fault == ProducerFault.GivesUpWhatItNeverSent ? "call-0" : id;
            await PublishAsync(_names.Cancels, "", new MessageProperties { CorrelationId = given, ReplyTo = _replyTo }, []);
            return true;
        }

        _takesFrames |= !IsMortal && properties.Value.Headers is { } headers && headers.TryGet(HeaderNames.Frames, out var takes) && takes.Boolean;
        if (fault == ProducerFault.RepeatsWhatWasAnswered && _calls == 1)
        {
            await SendAloneAsync("call-1-again", "message-1");
            await ReceiveAsync("call-1-again");
        }

        // What follows the answer at once is there soon, or never.
        var second = fault == ProducerFault.DiesOfSecondAnswers && await HasMoreAsync();
        return !(second || Dies(properties.Value, body));
    }

    /// <summary>What it may die of comes alone only.</summary>
    private bool IsMortal => fault is >= ProducerFault.DiesOfUnknownCodes and <= ProducerFault.DiesOfSecondAnswers;

    private bool Dies(in MessageProperties reply, byte[] body) => fault switch
    {
        ProducerFault.DiesOfUnknownCodes => reply.Type is "tired",
        ProducerFault.DiesOfUnreadableErrors => reply.ContentType == ContentTypes.Error && !ErrorBody.TryDecode(body, out _),
        ProducerFault.DiesOfUnknownHeaders => reply.Headers is { } headers && headers.TryGet("x-unknown", out _),
        _ => false,
    };

    private async Task<(MessageProperties? Properties, byte[] Body)> ReceiveAsync(string id)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        patience.CancelAfter(TimeoutMs);
        try
        {
            while (true)
            {
                var (properties, body) = await _replies.Reader.ReadAsync(patience.Token);
                if (properties.ContentType == ContentTypes.Answers)
                {
                    return (properties, body); // Of the one frame that is under way.
                }

                if (properties.CorrelationId == id)
                {
                    return (properties, body);
                }
            }
        }
        catch (OperationCanceledException) when (!_ending.IsCancellationRequested)
        {
            return (null, []);
        }
    }

    private async Task<bool> HasMoreAsync()
    {
        await Task.Delay(50);
        return _replies.Reader.TryPeek(out _);
    }

    private Task SendAloneAsync(string id, string? messageId = null)
    {
        var properties = new MessageProperties
        {
            CorrelationId = fault == ProducerFault.HasNoCorrelationId ? null : id,
            ReplyTo = fault == ProducerFault.WantsAnswersElsewhere ? "my-replies" : _replyTo,
            MessageId = messageId ?? (fault == ProducerFault.ReusesMessageIds ? "message" : $"message-{_calls}"),
            AppId = "suspect",
            ContentType = fault == ProducerFault.TakesAContentTypeOfOurs ? ContentTypes.Queries : ContentTypes.MessagePack,
            ExpirationMs = fault switch
            {
                ProducerFault.ExpiresBeyondTheLimit => uint.MaxValue,
                ProducerFault.SaysTimesThatDisagree => 60_000,
                _ => TimeoutMs,
            },
            Headers = Headers(),
        };
        return PublishAsync(_names.Requests, fault == ProducerFault.CallsAnotherEndpoint ? "gret" : Endpoint, properties, BodyOf());
    }

    // Each call says something else.
    private byte[] BodyOf() => [0xcd, (byte)(_calls >> 8), (byte)_calls];

    private HeaderTable Headers()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        List<KeyValuePair<string, HeaderValue>> headers = [new("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), new("meta-user", "Zoë"), new(HeaderNames.Frames, true)];
        if (fault != ProducerFault.SaysNoDeadline)
        {
            headers.Add(new(HeaderNames.Deadline, fault == ProducerFault.SaysTheDeadlineInSeconds ? now / 1000 : now + TimeoutMs));
        }

        switch (fault)
        {
            case ProducerFault.SendsAFloat:
                headers.Add(new("meta-weight", HeaderValue.Unsupported));
                break;
            case ProducerFault.SendsPriorityAsText:
                headers.Add(new(HeaderNames.Priority, "9"));
                break;
            case ProducerFault.WritesHeadersItsOwnWay:
                headers.Add(new("BS-Shard-Key", "u42"));
                break;
            case ProducerFault.SendsTooMuchMetadata:
                headers.AddRange(Enumerable.Range(0, 70).Select(number => new KeyValuePair<string, HeaderValue>($"meta-{number}", "x")));
                break;
        }

        return [.. headers];
    }

    private Task SendFrameAsync(string id)
    {
        var bytes = new byte[4_096];
        var writer = new RequestFrameWriter(bytes, 2);
        foreach (var (member, priority) in new[] { (id, 0), ($"{id}-b", fault == ProducerFault.MixesPriorities ? 5 : 0) })
        {
            writer.Begin(member, TimeoutMs, headers: 2);
            writer.WriteHeader(HeaderNames.Deadline, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + TimeoutMs);
            writer.WriteHeader(HeaderNames.Priority, priority);
            writer.End(null, ContentTypes.MessagePack, $"message-{_calls}-{priority}-{member}", Encoding.UTF8.GetBytes(member));
        }

        var length = fault == ProducerFault.SendsHalfAFrame ? writer.Length / 2 : writer.Length;
        var properties = new MessageProperties { ContentType = ContentTypes.Requests, ReplyTo = _replyTo, AppId = "suspect", ExpirationMs = TimeoutMs };
        return PublishAsync(_names.Requests, Endpoint, properties, bytes[..length]);
    }

    private async Task PublishAsync(string exchange, string key, MessageProperties properties, byte[] body) =>
        await _publisher!.PublishAsync(new OutboundMessage(exchange, key, Mandatory: false, properties, body));
}
