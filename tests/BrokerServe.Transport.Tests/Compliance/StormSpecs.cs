using System.Buffers.Binary;
using System.Collections.Concurrent;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>Connections that come, are cut, stop and go while messages flow: nothing is lost, nothing is mixed up, nothing leaks.</summary>
public abstract class StormSpecs(int messages)
{
    private readonly string _queue = $"spec.storm.{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<int, int> _settled = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private int _seen;

    /// <summary>Makes the broker of one storm.</summary>
    protected abstract ValueTask<IBroker> CreateBrokerAsync();

    /// <summary>How long a consumer goes on before it ends.</summary>
    protected abstract Task LiveAsync(Random random);

    /// <summary>Looks at what the storm left behind.</summary>
    protected virtual void Inspect(IBroker broker)
    {
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cuts_and_closes_under_load_lose_and_mix_up_nothing(int seed)
    {
        await using var broker = await CreateBrokerAsync();
        var owner = await broker.ConnectAsync("owner", default);
        await owner.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true }, default);
        using var published = new CancellationTokenSource();

        var consumers = Enumerable.Range(0, 3)
            .Select(n => Task.Run(() => ConsumeInTurnsAsync(broker, new Random((seed * 10) + n), published.Token)))
            .ToArray();
        await Patience.ForAsync(Task.WhenAll(Enumerable.Range(0, 2).Select(n => Task.Run(() => PublishAsync(owner, n)))), $"the publishing (seed {seed})");
        await published.CancelAsync();
        await Patience.ForAsync(Task.WhenAll(consumers), $"the end of the consumers (seed {seed})");

        // What is left is drained in peace.
        var consumer = await owner.OpenConsumerAsync(new ConsumerOptions(_queue, 100), default);
        await using (var settler = new Settler(consumer, 100))
        {
            await consumer.StartAsync(new Checker(this, settler, new Random(seed)), default);
            var patience = new Patience($"the settlement of every message: {_settled.Count} of {messages} (seed {seed})");
            while (_settled.Count < messages)
            {
                await patience.PauseAsync();
            }
        }

        await owner.DeleteQueueAsync(_queue, default);
        await owner.DisposeAsync();
        Assert.Empty(_complaints);
        Assert.True(_seen >= messages);
        Inspect(broker);
    }

    private async Task PublishAsync(IBrokerConnection connection, int half)
    {
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        for (var id = half; id < messages; id += 2)
        {
            // The same number all over the body, whose length depends on it: a body that was reused too early shows.
            var body = new byte[4 * (1 + (id % 400))];
            for (var at = 0; at < body.Length; at += 4)
            {
                BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(at), id);
            }

            await publisher.PublishAsync(new OutboundMessage("", _queue, false, new MessageProperties { MessageId = $"{id}", Persistent = true }, body));
        }
    }

    /// <summary>One short life after the other, each with another end.</summary>
    private async Task ConsumeInTurnsAsync(IBroker broker, Random random, CancellationToken published)
    {
        while (!published.IsCancellationRequested)
        {
            var connection = await broker.ConnectAsync("consumer", default);
            var prefetch = random.Next(1, 200);
            var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(_queue, prefetch), default);
            await using (var settler = new Settler(consumer, prefetch))
            {
                await consumer.StartAsync(new Checker(this, settler, new Random(random.Next())), default);
                await LiveAsync(random);
                switch (random.Next(4))
                {
                    case 0:
                        connection.Abort();
                        break;
                    case 1:
                        await connection.DisposeAsync();
                        break;
                    case 2:
                        await consumer.StopAsync(default);
                        break;
                    default:
                        await consumer.DisposeAsync();
                        break;
                }
            }

            await connection.DisposeAsync();
            await Patience.ForAsync(connection.Closed, "the end of a connection");
        }
    }

    private sealed class Checker(StormSpecs storm, Settler settler, Random random) : IDeliveryHandler
    {
        private ulong _lastTag;
        private int _inside;

        public void OnDelivery(in Delivery delivery)
        {
            if (Interlocked.Increment(ref _inside) != 1)
            {
                storm._complaints.Enqueue("two deliveries at once");
            }

            if (delivery.Tag != ++_lastTag)
            {
                storm._complaints.Enqueue($"tag {delivery.Tag} after {_lastTag - 1}");
            }

            Interlocked.Increment(ref storm._seen);
            var id = BinaryPrimitives.ReadInt32LittleEndian(delivery.Body);
            if (delivery.Body.Length != 4 * (1 + (id % 400)) || delivery.Properties.MessageId != $"{id}")
            {
                storm._complaints.Enqueue($"the body of {id} came as {delivery.Properties.MessageId} with {delivery.Body.Length} bytes");
            }

            if (random.Next(20) == 0)
            {
                settler.Requeue(delivery.Tag);
            }
            else
            {
                settler.Settle(delivery.Tag);
                storm._settled.AddOrUpdate(id, 1, static (_, count) => count + 1);
            }

            // Settled or not, the body is this call's until it returns.
            for (var at = 0; at < delivery.Body.Length; at += 4)
            {
                if (BinaryPrimitives.ReadInt32LittleEndian(delivery.Body[at..]) != id)
                {
                    storm._complaints.Enqueue($"the body of {id} changed under its handler");
                    break;
                }
            }

            Interlocked.Decrement(ref _inside);
        }
    }
}
