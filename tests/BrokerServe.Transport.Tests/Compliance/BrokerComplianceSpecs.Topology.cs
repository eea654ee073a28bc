namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task Declaring_the_same_again_is_no_error()
    {
        var connection = await ConnectAsync();
        var queue = new QueueDeclaration(Unique("same")) { Durable = true, MaxLength = 10, MessageTtl = TimeSpan.FromMinutes(1) };
        await DeclareAsync(connection, queue);
        await PublishAsync(connection, queue.Name, "1");
        Assert.Equal(new QueueInfo(queue.Name, Ready: 1, Consumers: 0), await connection.DeclareQueueAsync(queue, default));

        var exchange = new ExchangeDeclaration(Unique("same"), ExchangeKind.Fanout, Unique("alternate"));
        await connection.DeclareExchangeAsync(exchange, default);
        await connection.DeclareExchangeAsync(exchange, default);
    }

    [Fact]
    public async Task A_queue_declared_with_other_arguments_is_a_mismatch_and_the_connection_stays_usable()
    {
        var connection = await ConnectAsync();
        var queue = new QueueDeclaration(Unique("queue")) { Durable = true };
        await DeclareAsync(connection, queue);
        await PublishAsync(connection, queue.Name, "1");

        await FailsAsync(BrokerFault.TopologyMismatch, async () => await connection.DeclareQueueAsync(queue with { MaxLength = 5 }, default));
        await FailsAsync(BrokerFault.TopologyMismatch, async () => await connection.DeclareQueueAsync(queue with { Type = QueueType.Quorum }, default));
        Assert.Equal(1, await ReadyAsync(connection, queue.Name));
    }

    [Fact]
    public async Task An_exchange_declared_as_another_kind_is_a_mismatch_and_the_connection_stays_usable()
    {
        var connection = await ConnectAsync();
        var exchange = new ExchangeDeclaration(Unique("exchange"), ExchangeKind.Direct);
        await connection.DeclareExchangeAsync(exchange, default);

        await FailsAsync(
            BrokerFault.TopologyMismatch,
            async () => await connection.DeclareExchangeAsync(exchange with { Kind = ExchangeKind.Fanout }, default));
        Assert.True(await connection.ExchangeExistsAsync(exchange.Name, default));
    }

    [Fact]
    public async Task What_is_not_there_is_said_so_without_harm()
    {
        var connection = await ConnectAsync();
        var missing = Unique("missing");
        Assert.Null(await connection.InspectQueueAsync(missing, default));
        Assert.False(await connection.ExchangeExistsAsync(missing, default));
        await connection.DeleteQueueAsync(missing, default);

        var queue = await DurableQueueAsync(connection);
        await FailsAsync(BrokerFault.NotFound, async () => await connection.BindAsync(queue, missing, "key", default));
        Assert.Equal(0, await ReadyAsync(connection, queue));
    }

    [Fact]
    public async Task Consuming_a_queue_that_is_not_there_ends_the_consumer_and_leaves_the_connection_usable()
    {
        var connection = await ConnectAsync();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(Unique("missing"), 10), default);
        await FailsAsync(BrokerFault.NotFound, async () => await consumer.StartAsync(new Inbox(), default));
        await Patience.ForAsync(consumer.Ended, "the end of the consumer without a queue");

        var queue = await DurableQueueAsync(connection);
        var (_, inbox) = await ConsumeAsync(connection, queue);
        await PublishAsync(connection, queue, "1");
        Assert.Equal("1", (await inbox.NextAsync()).Text);
    }

    [Fact]
    public async Task An_exclusive_queue_is_locked_for_others_and_gone_after_its_connection()
    {
        var owner = await ConnectAsync("owner");
        var other = await ConnectAsync("other");
        var queue = new QueueDeclaration(Unique("exclusive")) { Exclusive = true };
        await DeclareAsync(owner, queue);

        await FailsAsync(BrokerFault.Locked, async () => await other.DeclareQueueAsync(queue, default));
        var intruder = await other.OpenConsumerAsync(new ConsumerOptions(queue.Name, 1), default);
        await FailsAsync(BrokerFault.Locked, async () => await intruder.StartAsync(new Inbox(), default));

        // Anybody may write to it.
        var (_, inbox) = await ConsumeAsync(owner, queue.Name);
        await PublishAsync(other, queue.Name, "hello");
        Assert.Equal("hello", (await inbox.NextAsync()).Text);

        await CutAsync(owner);
        var patience = new Patience("the end of the exclusive queue");
        while (!await IsGoneAsync(other, queue.Name))
        {
            await patience.PauseAsync();
        }

        // The name is free for somebody else.
        await DeclareAsync(other, queue);
    }

    [Fact]
    public async Task A_quorum_queue_carries_messages_and_gives_back_what_a_lost_connection_held()
    {
        var lost = await ConnectAsync("lost");
        var other = await ConnectAsync("other");
        var queue = new QueueDeclaration(Unique("quorum")) { Type = QueueType.Quorum, Durable = true, DeliveryLimit = 100_000 };
        await DeclareAsync(other, queue);
        var (consumer, inbox) = await ConsumeAsync(lost, queue.Name, prefetch: 3);
        await PublishAsync(other, queue.Name, "1", "2", "3", "4");
        await inbox.TakeAsync(3);
        await consumer.AckAsync(1, multiple: false);
        Assert.Equal("4", (await inbox.NextAsync()).Text);

        await CutAsync(lost);
        var (_, next) = await ConsumeAsync(other, queue.Name);
        var again = await next.TakeAsync(3);
        Assert.Equal(["2", "3", "4"], again.Select(r => r.Text));
        Assert.All(again, r => Assert.True(r.Redelivered));
    }

    private static async Task<bool> IsGoneAsync(IBrokerConnection connection, string queue)
    {
        try
        {
            return await connection.InspectQueueAsync(queue, default) is null;
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.Locked)
        {
            return false;
        }
    }
}
