using RabbitMQ.Client;

namespace BrokerServe.RawRelay;

/// <summary>Sends every body back to where it is to go, under the same correlation id: the third hop.</summary>
internal sealed class Worker(IChannel consuming, IChannel publishing) : AsyncDefaultBasicConsumer(consuming)
{
    private readonly BasicProperties _reply = new();
    private CachedString _replyTo = CachedString.Empty;

    public static async Task<int> RunAsync(Options options, CancellationToken stopping)
    {
        await using var consume = await Broker.ConnectAsync(options, "consume");
        await using var publish = await Broker.ConnectAsync(options, "publish");
        var channel = await Broker.OpenAsync(consume);
        await Broker.DeclareAsync(channel, options);
        await channel.BasicConsumeAsync(
            options.WorkQueue, autoAck: true, new Worker(channel, await Broker.OpenAsync(publish)), CancellationToken.None);
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

        var published = publishing.BasicPublishAsync(CachedString.Empty, _replyTo, mandatory: false, _reply, body, CancellationToken.None);
        return published.IsCompletedSuccessfully ? Task.CompletedTask : published.AsTask();
    }
}
