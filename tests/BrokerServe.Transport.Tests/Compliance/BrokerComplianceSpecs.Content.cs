using System.Text;

namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task Every_property_arrives_as_it_was_sent()
    {
        var sent = new MessageProperties
        {
            ContentType = "application/x-spec",
            Type = "__call__",
            CorrelationId = "c-1",
            ReplyTo = "reply.queue",
            MessageId = "m-1",
            AppId = "spec \u00e9\u4e16\u754c",
            ExpirationMs = 60_000,
            Persistent = true,
        };
        var received = await SendAndReceiveAsync(sent, "body"u8.ToArray());
        Assert.Equal(sent, received.Properties);
    }

    [Fact]
    public async Task A_message_without_properties_or_body_arrives_without_them()
    {
        var received = await SendAndReceiveAsync(default, []);
        Assert.Equal(default, received.Properties);
        Assert.Empty(received.Body);
    }

    [Fact]
    public async Task Header_values_of_every_kind_arrive_as_they_were_sent()
    {
        HeaderTable sent =
        [
            new("text", "plain"),
            new("empty", ""),
            new("unicode \u00fc", "gr\u00fc\u00df dich \u4e16\u754c \U0001F600"),
            new("long", new string('x', 5_000)),
            new("true", true),
            new("false", false),
            new("zero", 0L),
            new("byte", 255L),
            new("int", (long)int.MaxValue + 1),
            new("javascript", 1L << 53),
        ];
        var received = await SendAndReceiveAsync(new MessageProperties { Headers = sent }, [1]);
        Assert.NotNull(received.Properties.Headers);
        Assert.Equal(
            sent.OrderBy(header => header.Key, StringComparer.Ordinal),
            received.Properties.Headers.OrderBy(header => header.Key, StringComparer.Ordinal));
        Assert.Equal(sent.EncodedBytes, received.Properties.Headers.EncodedBytes);
    }

    [Fact]
    public async Task A_body_of_many_frames_arrives_whole()
    {
        var body = new byte[(1024 * 1024) + 17];
        new Random(1).NextBytes(body);
        Assert.Equal(body, (await SendAndReceiveAsync(default, body)).Body);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_here_and_the_publisher_stays_usable()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (publisher, log) = await PublisherAsync(connection);
        var (good, longText) = (To(queue, "good"), new string('\u00e9', 128));
        HeaderTable manyHeaders = [.. Enumerable.Range(0, 70).Select(n => new KeyValuePair<string, HeaderValue>($"h{n}", new string('x', 1_000)))];
        HeaderTable longName = [new(longText, "value")];
        OutboundMessage[] tooLarge =
        [
            good with { Body = new byte[Broker.Limits.MaxBodyBytes + 1] },
            good with { Properties = new MessageProperties { Headers = manyHeaders } },
            good with { Properties = new MessageProperties { Headers = longName } },
            good with { RoutingKey = longText },
            good with { Exchange = longText },
            good with { Properties = new MessageProperties { ContentType = longText } },
            good with { Properties = new MessageProperties { Type = longText } },
            good with { Properties = new MessageProperties { CorrelationId = longText } },
            good with { Properties = new MessageProperties { ReplyTo = longText } },
            good with { Properties = new MessageProperties { MessageId = longText } },
            good with { Properties = new MessageProperties { AppId = longText } },
        ];
        foreach (var message in tooLarge)
        {
            await FailsAsync(BrokerFault.TooLarge, async () => await publisher.PublishAsync(message));
        }

        Assert.Equal(1UL, publisher.NextSequence);
        await publisher.PublishAsync(good);
        await log.AllConfirmedAsync(1);
        Assert.Equal(1, await ReadyAsync(connection, queue));
    }

    [Fact]
    public async Task What_is_just_small_enough_arrives()
    {
        await using var first = await Broker.ConnectAsync("spec", default); // Only a broker that was met has told what it takes.
        var limits = Broker.Limits;
        var longest = new string('x', BrokerLimits.MaxShortStringBytes);
        var properties = new MessageProperties
        {
            ContentType = longest,
            Type = longest,
            CorrelationId = longest,
            ReplyTo = longest,
            MessageId = longest,
            AppId = longest,
            Persistent = true,
            Headers = [new(longest, new string('y', limits.MaxHeaderBytes - 2_000))],
        };
        var received = await SendAndReceiveAsync(properties, new byte[limits.MaxBodyBytes]);
        Assert.Equal(properties with { Headers = null }, received.Properties with { Headers = null });
        Assert.Equal(properties.Headers, received.Properties.Headers);
        Assert.Equal(limits.MaxBodyBytes, received.Body.Length);
    }

    [Fact]
    public async Task What_expires_leaves_without_a_delivery()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(Expiring(queue, "short", 50));
        await publisher.PublishAsync(Expiring(queue, "lasting", null));
        await log.AllConfirmedAsync(2);

        await ReadyBecomesAsync(connection, queue, 1);
        var (_, inbox) = await ConsumeAsync(connection, queue);
        Assert.Equal("lasting", (await inbox.NextAsync()).Text);
    }

    [Fact]
    public async Task A_queue_lets_no_message_wait_longer_than_its_own_limit()
    {
        var connection = await ConnectAsync();
        var queue = await DeclareAsync(
            connection, new QueueDeclaration(Unique("brief")) { Durable = true, MessageTtl = TimeSpan.FromMilliseconds(50) });
        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(Expiring(queue, "1", null));
        await publisher.PublishAsync(Expiring(queue, "2", 60_000));
        await log.AllConfirmedAsync(2);
        await ReadyBecomesAsync(connection, queue, 0);
    }

    [Fact]
    public async Task An_expiration_of_zero_means_now_or_never_and_a_huge_one_for_long()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(Expiring(queue, "nobody is there", 0));
        await log.AllConfirmedAsync(1);
        await ReadyBecomesAsync(connection, queue, 0);

        var (_, inbox) = await ConsumeAsync(connection, queue);
        await publisher.PublishAsync(Expiring(queue, "somebody is there", 0));
        await publisher.PublishAsync(Expiring(queue, "below zero", -5));
        await publisher.PublishAsync(Expiring(queue, "huge", long.MaxValue));
        var received = await inbox.TakeAsync(3);
        Assert.Equal(["somebody is there", "below zero", "huge"], received.Select(r => r.Text));
        Assert.Equal([0, 0, MessageProperties.MaxExpirationMs], received.Select(r => r.Properties.ExpirationMs));
        await log.AllConfirmedAsync(4);
    }

    [Fact]
    public async Task A_queue_with_a_length_drops_its_oldest_beyond_it()
    {
        var connection = await ConnectAsync();
        var queue = await DeclareAsync(connection, new QueueDeclaration(Unique("short")) { Durable = true, MaxLength = 2 });
        await PublishAsync(connection, queue, "1", "2", "3", "4");
        await ReadyBecomesAsync(connection, queue, 2);
        var (_, inbox) = await ConsumeAsync(connection, queue);
        Assert.Equal(["3", "4"], await inbox.TextsAsync(2));
    }

    private static OutboundMessage Expiring(string queue, string text, long? expirationMs) =>
        new("", queue, false, new MessageProperties { ExpirationMs = expirationMs }, Encoding.UTF8.GetBytes(text));

    private async Task<Received> SendAndReceiveAsync(MessageProperties properties, byte[] body)
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (publisher, log) = await PublisherAsync(connection);
        await publisher.PublishAsync(new OutboundMessage("", queue, false, properties, body));
        await log.AllConfirmedAsync(1);
        var (_, inbox) = await ConsumeAsync(connection, queue);
        return await inbox.NextAsync();
    }
}
