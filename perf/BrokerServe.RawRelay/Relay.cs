using System.Globalization;
using RabbitMQ.Client;

namespace BrokerServe.RawRelay;

/// <summary>Takes requests to workers and their replies to producers: the second and the fourth hop.</summary>
/// <remarks>
/// One channel receives requests and replies, so that one thread at a time has all of this state and nothing needs a lock. A request is
/// known by its number, modulo the size of the ring; that is its correlation id on the inner hops.
/// </remarks>
internal sealed class Relay : AsyncDefaultBasicConsumer
{
    /// <summary>More than can be prefetched, so that no entry is used twice at a time.</summary>
    private const int Ring = 1 << 16;

    private static readonly string[] Ids = [.. Enumerable.Range(0, Ring).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private readonly IChannel _queries;
    private readonly IChannel _replies;
    private readonly Settlement? _settlement;
    private readonly string[] _replyTo = new string[Ring];
    private readonly string[] _correlationId = new string[Ring];
    private readonly BasicProperties _query;
    private readonly BasicProperties _reply = new() { Headers = new Dictionary<string, object?>() };
    private readonly CachedString _workQueue;
    private readonly string _requestQueue;
    private CachedString _producer = CachedString.Empty;
    private long _requests;

    private Relay(IChannel consuming, IChannel queries, IChannel replies, string replyQueue, Options options)
        : base(consuming)
    {
        _queries = queries;
        _replies = replies;
        _settlement = options.Safe ? new Settlement(consuming, replies, Ring) : null;
        _query = new BasicProperties { ReplyTo = replyQueue };
        _workQueue = new CachedString(options.WorkQueue);
        _requestQueue = options.RequestQueue;
    }

    public static async Task<int> RunAsync(Options options, CancellationToken stopping)
    {
        // Two connections: during an alarm the broker stops reading from those that publish, and acks must go on.
        await using var consume = await Broker.ConnectAsync(options, "consume");
        await using var publish = await Broker.ConnectAsync(options, "publish");
        var consuming = await Broker.OpenAsync(consume);
        await Broker.DeclareAsync(consuming, options);
        await consuming.QueuePurgeAsync(options.RequestQueue, CancellationToken.None);
        await consuming.QueuePurgeAsync(options.WorkQueue, CancellationToken.None);
        var replyQueue = (await consuming.QueueDeclareAsync()).QueueName;
        var relay = new Relay(
            consuming, await Broker.OpenAsync(publish), await Broker.OpenAsync(publish, confirms: options.Safe), replyQueue, options);

        // Replies may be lost with the relay: the broker then has the requests still.
        await consuming.BasicConsumeAsync(replyQueue, autoAck: true, relay, CancellationToken.None);
        await consuming.BasicQosAsync(0, options.Prefetch, global: false, CancellationToken.None);
        await consuming.BasicConsumeAsync(options.RequestQueue, autoAck: !options.Safe, relay, CancellationToken.None);
        return await Broker.ServeAsync(stopping, consume, publish);
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var published = routingKey == _requestQueue ? OnRequest(deliveryTag, properties, body) : OnReply(properties, body);
        return published.IsCompletedSuccessfully ? Task.CompletedTask : published.AsTask();
    }

    private ValueTask OnRequest(ulong deliveryTag, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var number = ++_requests;
        var entry = (int)(number % Ring);
        _replyTo[entry] = properties.ReplyTo!;
        _correlationId[entry] = properties.CorrelationId!;
        _settlement?.Opened(number, deliveryTag);
        _query.CorrelationId = Ids[entry];
        return _queries.BasicPublishAsync(CachedString.Empty, _workQueue, mandatory: false, _query, body, CancellationToken.None);
    }

    private ValueTask OnReply(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var entry = int.Parse(properties.CorrelationId!, NumberStyles.None, CultureInfo.InvariantCulture);
        if (_producer.Value != _replyTo[entry])
        {
            _producer = new CachedString(_replyTo[entry]);
        }

        _settlement?.Replying(entry);
        _reply.CorrelationId = _correlationId[entry];
        return _replies.BasicPublishAsync(CachedString.Empty, _producer, mandatory: false, _reply, body, CancellationToken.None);
    }
}
