using System.Diagnostics;
using System.Text;
using BrokerServe.Transport.Tests.Compliance;
using RabbitMQ.Client;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Messages of ours as the standard client reads them, and the other way round.</summary>
public sealed class ForeignClientSpecs
{
    // Only this flow of control is traced; other specifications run beside it.
    private static readonly AsyncLocal<bool> Traced = new();

    private static readonly MessageProperties Everything = new()
    {
        ContentType = "application/msgpack",
        Type = "__call__",
        CorrelationId = "c-1",
        ReplyTo = "grün",
        MessageId = new string('m', 255),
        AppId = "",
        ExpirationMs = 123_456,
        Persistent = true,
        Headers = [new("text", "grün"), new("number", 1L << 53), new("truth", true), new("lie", false), new("odd", HeaderValue.Unsupported)],
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_standard_client_reads_what_we_publish(bool confirms)
    {
        await using var foreign = await ForeignAsync();
        var channel = await foreign.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await using var broker = BrokerAt((await TestBroker.TestBroker.GetAsync()).Uri);
        await using var connection = await broker.ConnectAsync("spec", default);
        await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(confirms), null, default);
        await publisher.PublishAsync(new OutboundMessage("", queue, false, Everything, "body"u8.ToArray()));
        await publisher.PublishAsync(new OutboundMessage("", queue, false, default, default));

        var first = await GetAsync(channel, queue);
        var p = first.BasicProperties;
        Assert.Equal("body", Encoding.UTF8.GetString(first.Body.Span));
        Assert.Equal(
            ("application/msgpack", "__call__", "c-1", "grün", new string('m', 255), "", "123456", DeliveryModes.Persistent),
            (p.ContentType, p.Type, p.CorrelationId, p.ReplyTo, p.MessageId, p.AppId, p.Expiration, p.DeliveryMode));
        Assert.Equal(["lie", "number", "text", "truth"], p.Headers!.Keys.Order());
        Assert.Equal("grün", Encoding.UTF8.GetString((byte[])p.Headers["text"]!));
        Assert.Equal((1L << 53, true, false), ((long)p.Headers["number"]!, (bool)p.Headers["truth"]!, (bool)p.Headers["lie"]!));

        var second = (await GetAsync(channel, queue)).BasicProperties;
        Assert.Equal(DeliveryModes.Transient, second.DeliveryMode);
        Assert.Null(second.Headers);
        Assert.Null(second.CorrelationId);
        Assert.Null(second.Expiration);
    }

    [Fact]
    public async Task We_read_what_the_standard_client_publishes_and_leave_the_rest()
    {
        await using var broker = BrokerAt((await TestBroker.TestBroker.GetAsync()).Uri);
        await using var connection = await broker.ConnectAsync("spec", default);
        var (queue, _, inbox) = await InboxAsync(connection);
        await using var foreign = await ForeignAsync();
        var channel = await foreign.CreateChannelAsync();
        var sent = new BasicProperties
        {
            ContentType = "a/b", ContentEncoding = "none", Type = "t", CorrelationId = "c", ReplyTo = "r", MessageId = "m", AppId = "a",
            Expiration = "60000", Priority = 9, Timestamp = new AmqpTimestamp(1), Persistent = true,
            Headers = new Dictionary<string, object?> { ["text"] = "x" },
        };
        await channel.BasicPublishAsync("", queue, false, sent, "body"u8.ToArray());

        var received = await inbox.NextAsync();
        var expected = new MessageProperties
        {
            ContentType = "a/b", Type = "t", CorrelationId = "c", ReplyTo = "r", MessageId = "m", AppId = "a", ExpirationMs = 60_000, Persistent = true,
        };
        Assert.Equal(expected, received.Properties with { Headers = null });
        Assert.True(received.Properties.Headers!.TryGetText("text", out var text));
        Assert.Equal(("x", "body"), (text, received.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Headers_survive_when_somebody_traces_the_client_library(bool confirms)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "RabbitMQ.Client.Publisher",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => Traced.Value ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        Traced.Value = true;
        await using var broker = BrokerAt((await TestBroker.TestBroker.GetAsync()).Uri);
        await using var connection = await broker.ConnectAsync("spec", default);
        var (queue, _, inbox) = await InboxAsync(connection);
        await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(confirms), null, default);
        await publisher.PublishAsync(new OutboundMessage("", queue, false, Everything with { ExpirationMs = 60_000 }, "body"u8.ToArray()));

        var received = await inbox.NextAsync();
        Assert.Equal(Everything with { ExpirationMs = 60_000, Headers = null }, received.Properties with { Headers = null });
        Assert.True(received.Properties.Headers!.TryGetInteger("number", out var number));
        Assert.Equal(1L << 53, number);
        Assert.True(received.Properties.Headers.TryGetText("traceparent", out _));
    }

    private static async Task<IConnection> ForeignAsync() => await new ConnectionFactory
    {
        Uri = new Uri((await TestBroker.TestBroker.GetAsync()).Uri),
        AutomaticRecoveryEnabled = false,
    }.CreateConnectionAsync();

    private static async Task<BasicGetResult> GetAsync(IChannel channel, string queue)
    {
        var patience = new Patience($"a message in '{queue}'");
        while (true)
        {
            if (await channel.BasicGetAsync(queue, autoAck: true) is { } result)
            {
                return result;
            }

            await patience.PauseAsync();
        }
    }
}
