using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Whatever strangers send, each limit has its own error, and nothing ends, grows or stops.</summary>
public abstract class HostileInputSpecs : EndToEndSpecs
{
    private FrameProducer? _producer;

    private ObjectNames Names => new(System.Prefix);

    [Fact]
    public async Task Every_limit_of_a_request_has_an_error_of_its_own()
    {
        await StartAsync();
        var producer = await StartProducerAsync();
        var seen = new HashSet<string>();
        foreach (var (status, words, headers, body) in Excesses())
        {
            await producer.PublishesAsync(
                Names.Requests, "greet", new MessageProperties { CorrelationId = words, ReplyTo = producer.ReplyTo, Headers = headers }, body);
            var answer = await producer.HearsAsync();

            Assert.Equal((words, status), (answer.CorrelationId, answer.Status));
            Assert.Contains(words, answer.Body, StringComparison.Ordinal);
            Assert.True(seen.Add(answer.Body), $"Two limits say: {answer.Body}");
        }

        await StillServesInItsFirstEpochAsync(producer);
    }

    [Fact]
    public async Task A_reply_aimed_at_a_queue_that_is_no_producers_reaches_nobody()
    {
        await StartAsync();
        var producer = await StartProducerAsync();
        var aims = new[] { Names.ReplicaQueue("v1", "mine"), Names.Dead, Names.EndpointQueue("greet"), Names.Unroutable, Names.ClientReplyPrefix.TrimEnd('.'), "amq.rabbitmq.reply-to-me", "x" };
        await producer.ListensAsync(aims[0]);
        foreach (var aim in aims)
        {
            foreach (var endpoint in new[] { "greet", "nowhere" })
            {
                await producer.PublishesAsync(Names.Requests, endpoint, new MessageProperties { CorrelationId = "aimed", ReplyTo = aim });
            }
        }

        // Behind them on the same way: what had been answered would have come before.
        await StillServesInItsFirstEpochAsync(producer);
        foreach (var _ in aims.SelectMany(aim => new[] { aim, aim }))
        {
            Assert.Equal("bad_request", (await producer.FindsDeadAsync()).Status);
        }
    }

    [Fact]
    public async Task A_replica_that_names_a_queue_that_is_not_its_own_gets_no_queries()
    {
        using var malformed = new Instruments("BrokerServe.Router");
        await StartAsync(workers: false);
        var producer = await StartProducerAsync();
        var stolen = Names.ClientReplyQueue("somebody-else");
        await producer.ListensAsync(stolen);
        foreach (var queue in new[] { stolen, Names.Dead, Names.ReplicaQueue("another", "r1"), Names.ReplicaQueue("v1", "r2") })
        {
            await AnnounceAsync(producer, new ReplicaAnnouncement(AnnouncementKind.Join, "v1", "r1", queue).Encode());
        }

        await Until(() => malformed.Sum("brokerserve.router.malformed", ("what", "announcement")) >= 4, "four announcements were counted as malformed");
        await System.StartWorkerAsync("v1", worker => worker.HandleRaw(query => query.Payload.ToArray()));
        await StillServesInItsFirstEpochAsync(producer);
    }

    [Fact]
    public async Task Garbage_to_every_place_that_a_router_listens_to_is_counted_and_changes_nothing()
    {
        const int Rounds = 200;
        using var malformed = new Instruments("BrokerServe.Router");
        await StartAsync();
        var producer = await StartProducerAsync();
        var replyKey = await ReplyKeyAsync();
        var random = new Random(5);
        for (var round = 0; round < Rounds; round++)
        {
            var garbage = new byte[random.Next(1, 2_000)];
            random.NextBytes(garbage);
            garbage[0] = 0xc1; // The one byte that MessagePack never begins with.
            await AnnounceAsync(producer, garbage);
            await producer.PublishesAsync(Names.Routers, "", new MessageProperties { ContentType = ContentTypes.Announcement }, garbage); // What permissions forbid.
            await producer.PublishesAsync(Names.Cancels, "", new MessageProperties { CorrelationId = round % 2 == 0 ? "nobody's" : null, ReplyTo = producer.ReplyTo }, garbage);
            foreach (var kind in new[] { ContentTypes.Replies, ContentTypes.Held, "text/plain" })
            {
                await producer.PublishesAsync(Names.Replies, replyKey, new MessageProperties { ContentType = kind, CorrelationId = "no ticket" }, garbage);
            }

            await producer.SendsAsync("greet", garbage);
        }

        await StillServesInItsFirstEpochAsync(producer);
        await Until(() => malformed.Sum("brokerserve.router.malformed", ("what", "reply")) >= 3 * Rounds, "every malformed reply was counted");
        await Until(() => malformed.Sum("brokerserve.router.malformed", ("what", "announcement")) >= 2 * Rounds, "every malformed announcement was counted");
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_producer is not null)
        {
            await _producer.DisposeAsync();
        }
    }

    private static IEnumerable<(string Status, string Words, HeaderTable Headers, byte[] Body)> Excesses()
    {
        yield return ("bad_request", "The headers take", [new("x", new string('x', MetadataLimits.MaxHeaderBytes))], []);
        var many = Enumerable.Range(0, MetadataLimits.MaxEntries + 1).Select(n => KeyValuePair.Create($"meta-{n}", (HeaderValue)"")).ToArray();
        yield return ("bad_request", "65 headers", HeaderTable.Create(many), []);
        yield return ("bad_request", "names and values together", [new("meta-x", new string('x', 1_000))], []);
        yield return ("payload_too_large", "The request has 101 bytes", [], new byte[101]);
        yield return ("bad_request", HeaderNames.Priority, [new(HeaderNames.Priority, 10)], []);
        yield return ("bad_request", HeaderNames.ShardKey, [new(HeaderNames.ShardKey, 1)], []);
        yield return ("bad_request", HeaderNames.Deadline, [new(HeaderNames.Deadline, "soon")], []);
        yield return ("bad_request", HeaderNames.Frames, [new(HeaderNames.Frames, "yes")], []);
        yield return ("deadline_exceeded", "The deadline passed", [new(HeaderNames.Deadline, 1)], []);
    }

    private ValueTask AnnounceAsync(FrameProducer stranger, byte[] body) =>
        new(stranger.PublishesAsync(Names.Replicas, "", new MessageProperties { ContentType = ContentTypes.Announcement }, body));

    private async Task StartAsync(bool workers = true)
    {
        await System.StartRouterAsync(Serving("greet", "v1", endpoint => endpoint with { MaxBodyBytes = 100, MaxMetadataBytes = 500 }));
        if (workers)
        {
            await System.StartWorkerAsync("v1", worker => worker.HandleRaw(query => query.Payload.ToArray()));
        }
    }

    private async Task StillServesInItsFirstEpochAsync(FrameProducer producer)
    {
        await producer.PublishesAsync(
            Names.Requests, "greet", new MessageProperties { CorrelationId = "after", ReplyTo = producer.ReplyTo }, "still here"u8.ToArray());
        var answer = await producer.HearsAsync();
        Assert.Equal(("after", "ok", "still here"), (answer.CorrelationId, answer.Status, answer.Body));
        Assert.EndsWith(".1", await ReplyKeyAsync(), StringComparison.Ordinal);
    }

    // A router that lost its connection, or a channel of it, has another key.
    private async Task<string> ReplyKeyAsync()
    {
        await using var connection = await System.OpenBroker().ConnectAsync("listener", CancellationToken.None);
        var queue = $"{System.Prefix}.listener.{Guid.NewGuid():N}";
        await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, CancellationToken.None);
        await connection.BindAsync(queue, Names.Routers, "", CancellationToken.None);
        var listener = new RouterKeys();
        await using var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 100), CancellationToken.None);
        await consumer.StartAsync(listener, CancellationToken.None);
        return await listener.First.WaitAsync(ServingSystem.Patience);
    }

    private async Task<FrameProducer> StartProducerAsync() => _producer = await FrameProducer.StartAsync(System.OpenBroker(), System.Prefix);

    private sealed class RouterKeys : IDeliveryHandler
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public void OnDelivery(in Delivery delivery)
        {
            if (RouterAnnouncement.TryDecode(delivery.Body, out var router))
            {
                _first.TrySetResult(router.ReplyKey);
            }
        }
    }
}

/// <summary>Hostile input in one process.</summary>
public sealed class InMemoryHostileInputSpecs : HostileInputSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => InMemory.GetAsync();
}

/// <summary>Hostile input over RabbitMQ.</summary>
public sealed class RabbitMqHostileInputSpecs : HostileInputSpecs
{
    protected override Task<Func<IBroker>> GetBrokerAsync() => RabbitMq.GetAsync();
}
