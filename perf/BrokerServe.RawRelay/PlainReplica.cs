using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BrokerServe.RawRelay;

/// <summary>The same worker as a plain replica of BrokerServe: it announces itself, and passes over what is no query.</summary>
internal sealed class PlainReplica(IChannel consuming, IChannel publishing) : Worker(consuming, publishing, settles: false)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(AnnouncementLimits.DefaultLeaseMs / 3.0);

    public static new async Task<int> RunAsync(Options options, CancellationToken stopping)
    {
        await using var consume = await Broker.ConnectAsync(options, "consume");
        await using var publish = await Broker.ConnectAsync(options, "publish");
        var names = new ObjectNames(options.Name);
        var announcing = await Broker.OpenAsync(publish);
        var heartbeats = new List<byte[]>();
        for (var number = 0; number < options.Workers; number++)
        {
            var replica = $"plain-{Guid.NewGuid():N}";
            var queue = names.ReplicaQueue(options.Backend, replica);
            var channel = await Broker.OpenAsync(consume);
            await channel.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: false, cancellationToken: stopping);
            var worker = new PlainReplica(channel, await Broker.OpenAsync(publish));
            await channel.BasicConsumeAsync(queue, autoAck: true, worker, CancellationToken.None);
            var join = new ReplicaAnnouncement(AnnouncementKind.Join, options.Backend, replica, queue)
            {
                Dialect = Dialect.Plain,
                MaxConcurrent = options.Limit,
            };
            await AnnounceAsync(announcing, names, join.Encode());
            heartbeats.Add((join with { Kind = AnnouncementKind.Heartbeat }).Encode());
        }

        var beating = BeatAsync(announcing, names, heartbeats, stopping);
        var code = await Broker.ServeAsync(stopping, consume, publish);
        await beating;
        return code;
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        properties.ContentType == ContentTypes.Command
            ? Task.CompletedTask
            : base.HandleBasicDeliverAsync(consumerTag, deliveryTag, redelivered, exchange, routingKey, properties, body, cancellationToken);

    private static ValueTask AnnounceAsync(IChannel channel, ObjectNames names, byte[] announcement) => channel.BasicPublishAsync(
        names.Replicas, routingKey: "", mandatory: false, new BasicProperties { ContentType = ContentTypes.Announcement }, announcement);

    private static async Task BeatAsync(IChannel channel, ObjectNames names, List<byte[]> heartbeats, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Heartbeat);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping) && channel.IsOpen)
            {
                foreach (var heartbeat in heartbeats)
                {
                    await AnnounceAsync(channel, names, heartbeat);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or AlreadyClosedException)
        {
            // It was told to stop, or the connection was lost, which its keeper reports.
        }
    }
}
