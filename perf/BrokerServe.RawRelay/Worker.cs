using RabbitMQ.Client;

namespace BrokerServe.RawRelay;

/// <summary>Sends every body back to where it is to go, under the same correlation id: the third hop of four, the second of two.</summary>
internal class Worker : AsyncDefaultBasicConsumer
{
    /// <summary>More than can be prefetched, so that no entry is used twice at a time.</summary>
    private const int Ring = 1 << 14;

    private readonly IChannel _publishing;
    private readonly Settlement? _settlement;
    private readonly BasicProperties _reply = new();
    private CachedString _replyTo = CachedString.Empty;
    private long _requests;

    protected Worker(IChannel consuming, IChannel publishing, bool settles)
        : base(consuming)
    {
        _publishing = publishing;
        if (settles)
        {
            // With confirms the library would make a table of headers for each message.
            _settlement = new Settlement(consuming, publishing, Ring);
            _reply.Headers = new Dictionary<string, object?>();
        }
    }

    public static async Task<int> RunAsync(Options options, CancellationToken stopping)
    {
        await using var consume = await Broker.ConnectAsync(options, "consume");
        await using var publish = await Broker.ConnectAsync(options, "publish");

        // Behind a relay a query is not acknowledged: the broker has the request still. Without one the request is what comes here.
        var settles = options is { Safe: true, Route: Route.Rpc };
        for (var number = 0; number < options.Workers; number++)
        {
            var channel = await Broker.OpenAsync(consume);
            await Broker.DeclareAsync(channel, options);
            await channel.BasicQosAsync(0, options.Limit, global: false, CancellationToken.None);
            var worker = new Worker(channel, await Broker.OpenAsync(publish, confirms: settles), settles);
            var queue = options.Route == Route.Rpc ? options.RequestQueue : options.WorkQueue;
            await channel.BasicConsumeAsync(queue, autoAck: !settles, worker, CancellationToken.None);
        }

        return await Broker.ServeAsync(stopping, consume, publish);
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        // The library has encoded the message before it first waits, so one object serves them all.
        _reply.CorrelationId = properties.CorrelationId;
        if (_replyTo.Value != properties.ReplyTo)
        {
            _replyTo = new CachedString(properties.ReplyTo!);
        }

        if (_settlement is not null)
        {
            var number = ++_requests;
            _settlement.Opened(number, deliveryTag);
            _settlement.Replying((int)(number % Ring));
        }

        var published = _publishing.BasicPublishAsync(CachedString.Empty, _replyTo, mandatory: false, _reply, body, CancellationToken.None);
        return published.IsCompletedSuccessfully ? Task.CompletedTask : published.AsTask();
    }
}
