using System.Text;
using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Tests.Compliance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BrokerServe.Transport.Tests.InMemory;

public sealed class InMemoryBrokerSpecs
{
    private static readonly QueueDeclaration Durable = new("durable") { Durable = true };

    [Fact]
    public async Task A_restart_cuts_everybody_and_keeps_durable_queues_with_persistent_messages()
    {
        await using var broker = new InMemoryBroker();
        var before = await broker.ConnectAsync("before", default);
        await before.DeclareQueueAsync(Durable, default);
        await before.DeclareQueueAsync(new QueueDeclaration("transient"), default);
        await before.DeclareQueueAsync(new QueueDeclaration("own") { Exclusive = true }, default);
        await before.DeclareExchangeAsync(new ExchangeDeclaration("exchange", ExchangeKind.Fanout), default);
        await before.BindAsync("durable", "exchange", "", default);
        await before.BindAsync("transient", "exchange", "", default);
        await PublishAsync(before, "durable", "1", persistent: true);
        await PublishAsync(before, "durable", "2", persistent: false);
        await PublishAsync(before, "durable", "3", persistent: true);
        await PublishAsync(before, "transient", "4", persistent: true);
        var held = await ConsumeAsync(before, "durable");
        await held.TakeAsync(3);

        broker.Restart();
        await Patience.ForAsync(before.Closed, "the end of the connection");
        Assert.Equal(BrokerFault.Unreachable, before.CloseReason?.Fault);

        var after = await broker.ConnectAsync("after", default);
        Assert.Null(await after.InspectQueueAsync("transient", default));
        Assert.Null(await after.InspectQueueAsync("own", default));
        await PublishAsync(after, "whatever", "5", persistent: true, exchange: "exchange");
        var received = await (await ConsumeAsync(after, "durable")).TakeAsync(3);
        Assert.Equal(["1", "3", "5"], received.Select(r => r.Text));
        Assert.Equal([true, true, false], received.Select(r => r.Redelivered));
    }

    [Fact]
    public async Task A_stopped_broker_cannot_be_reached_until_it_starts()
    {
        await using var broker = new InMemoryBroker();
        broker.Stop();
        var refused = await Assert.ThrowsAsync<BrokerException>(async () => await broker.ConnectAsync("early", default));
        Assert.Equal(BrokerFault.Unreachable, refused.Fault);
        broker.Start();
        await broker.ConnectAsync("late", default);
    }

    [Fact]
    public async Task Cutting_by_name_leaves_the_others_alone()
    {
        await using var broker = new InMemoryBroker();
        var router = await broker.ConnectAsync("router consume", default);
        var worker = await broker.ConnectAsync("worker", default);
        Assert.Equal(1, broker.Cut(name => name.StartsWith("router", StringComparison.Ordinal)));
        await Patience.ForAsync(router.Closed, "the end of the connection that was cut");
        Assert.False(worker.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task Messages_expire_by_the_broker_s_clock_and_leave_idle_queues()
    {
        var time = new FakeTimeProvider();
        await using var broker = new InMemoryBroker(time: time);
        var connection = await broker.ConnectAsync("spec", default);
        await connection.DeclareQueueAsync(Durable, default);
        await connection.DeclareQueueAsync(new QueueDeclaration("brief") { MessageTtl = TimeSpan.FromSeconds(1) }, default);
        await PublishAsync(connection, "durable", "short", expirationMs: 2_000);
        await PublishAsync(connection, "durable", "shorter", expirationMs: 1_000);
        await PublishAsync(connection, "durable", "for ever");
        await PublishAsync(connection, "brief", "own is longer", expirationMs: 60_000);
        var held = broker.UsedBytes;

        // What expired behind one that has not stays until it is at the head.
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((3, 0), (await ReadyAsync(connection, "durable"), await ReadyAsync(connection, "brief")));
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(3, await ReadyAsync(connection, "durable"));
        time.Advance(TimeSpan.FromMilliseconds(1));

        // Nobody asked the queues: the memory shows that they let go by themselves.
        Assert.InRange(broker.UsedBytes, 1, held / 3);
        Assert.Equal(1, await ReadyAsync(connection, "durable"));
    }

    [Fact]
    public async Task A_message_that_comes_back_after_its_time_is_not_delivered_again()
    {
        var time = new FakeTimeProvider();
        await using var broker = new InMemoryBroker(time: time);
        var connection = await broker.ConnectAsync("spec", default);
        await connection.DeclareQueueAsync(Durable, default);
        await PublishAsync(connection, "durable", "1", expirationMs: 1_000);
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions("durable", 1), default);
        var inbox = new Inbox();
        await consumer.StartAsync(inbox, default);
        await inbox.NextAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await PublishAsync(connection, "durable", "2");
        await consumer.RequeueAsync(1);
        Assert.Equal("2", (await inbox.NextAsync()).Text);
    }

    [Fact]
    public async Task A_quorum_queue_drops_what_came_back_too_often()
    {
        await using var broker = new InMemoryBroker();
        var connection = await broker.ConnectAsync("spec", default);
        var queue = Durable with { Type = QueueType.Quorum, DeliveryLimit = 2 };
        await connection.DeclareQueueAsync(queue, default);
        await PublishAsync(connection, "durable", "1");
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions("durable", 1), default);
        var inbox = new Inbox();
        await consumer.StartAsync(inbox, default);
        for (var tag = 1UL; tag <= 3; tag++)
        {
            Assert.Equal("1", (await inbox.NextAsync()).Text);
            await consumer.RequeueAsync(tag);
        }

        await PublishAsync(connection, "durable", "2");
        Assert.Equal("2", (await inbox.NextAsync()).Text);
        Assert.Equal(4, inbox.Count);
    }

    [Fact]
    public async Task Tags_that_were_not_delivered_are_ignored()
    {
        await using var broker = new InMemoryBroker();
        var connection = await broker.ConnectAsync("spec", default);
        await connection.DeclareQueueAsync(Durable, default);
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions("durable", 2), default);
        var inbox = new Inbox();
        await consumer.StartAsync(inbox, default);
        await PublishAsync(connection, "durable", "1");
        await PublishAsync(connection, "durable", "2");
        await inbox.TakeAsync(2);
        await consumer.AckAsync(0, multiple: false);
        await consumer.AckAsync(7, multiple: false);
        await consumer.AckAsync(7, multiple: true);
        await consumer.AckAsync(ulong.MaxValue, multiple: true);
        await consumer.RequeueAsync(9);
        await consumer.AckAsync(1, multiple: false);
        await consumer.AckAsync(1, multiple: false);
        await consumer.DisposeAsync();
        Assert.Equal("2", (await (await ConsumeAsync(connection, "durable")).NextAsync()).Text);
    }

    [Fact]
    public async Task Alternates_in_a_circle_end()
    {
        await using var broker = new InMemoryBroker();
        var connection = await broker.ConnectAsync("spec", default);
        await connection.DeclareExchangeAsync(new ExchangeDeclaration("a", ExchangeKind.Direct, "b"), default);
        await connection.DeclareExchangeAsync(new ExchangeDeclaration("b", ExchangeKind.Direct, "a"), default);
        var log = new ConfirmLog();
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
        await publisher.PublishAsync(new OutboundMessage("a", "key", true, default, new byte[] { 1 }));
        await log.AllConfirmedAsync(1);
        Assert.Single(log.Returned);
    }

    [Fact]
    public void A_host_names_its_broker_once()
    {
        var builder = new Builder();
        builder.UseInMemory().UseInMemory();
        using var services = builder.Services.BuildServiceProvider();
        Assert.IsType<InMemoryBroker>(Assert.Single(services.GetServices<IBroker>()));
    }

    [Fact]
    public async Task A_broker_that_exists_can_be_shared()
    {
        await using var broker = new InMemoryBroker();
        var builder = new Builder();
        builder.UseBroker(broker).UseInMemory();
        await using var services = builder.Services.BuildServiceProvider();
        Assert.Same(broker, services.GetRequiredService<IBroker>());
    }

    private static async Task PublishAsync(
        IBrokerConnection connection, string key, string text, bool persistent = false, long? expirationMs = null, string exchange = "")
    {
        await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        var properties = new MessageProperties { Persistent = persistent, ExpirationMs = expirationMs };
        await publisher.PublishAsync(new OutboundMessage(exchange, key, false, properties, Encoding.UTF8.GetBytes(text)));
    }

    private static async Task<Inbox> ConsumeAsync(IBrokerConnection connection, string queue)
    {
        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 100), default);
        await consumer.StartAsync(inbox, default);
        return inbox;
    }

    private static async Task<long> ReadyAsync(IBrokerConnection connection, string queue) =>
        (await connection.InspectQueueAsync(queue, default))!.Ready;

    private sealed class Builder : IBrokerServeBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
