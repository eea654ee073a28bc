namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task Messages_arrive_in_the_order_they_were_published_with_tags_that_count_from_one()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (_, inbox) = await ConsumeAsync(connection, queue);
        await PublishAsync(connection, queue, "a", "b", "c");

        var received = await inbox.TakeAsync(3);
        Assert.Equal(["a", "b", "c"], received.Select(r => r.Text));
        Assert.Equal([1UL, 2UL, 3UL], received.Select(r => r.Tag));
        Assert.All(received, r => Assert.False(r.Redelivered));
        Assert.All(received, r => Assert.Equal(("", queue), (r.Exchange, r.RoutingKey)));
        Assert.False(inbox.Overlapped);
    }

    [Fact]
    public async Task A_consumer_never_holds_more_than_its_prefetch()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (_, first) = await ConsumeAsync(connection, queue, prefetch: 3);
        await PublishAsync(connection, queue, "1", "2", "3", "4", "5", "6", "7");
        Assert.Equal(["1", "2", "3"], await first.TextsAsync(3));

        // The rest goes to somebody else, which shows that the first was not given it.
        var (_, second) = await ConsumeAsync(connection, queue);
        Assert.Equal(["4", "5", "6", "7"], await second.TextsAsync(4));
        Assert.Equal(3, first.Count);
    }

    [Fact]
    public async Task An_ack_makes_room_for_one_more()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (consumer, inbox) = await ConsumeAsync(connection, queue, prefetch: 2);
        await PublishAsync(connection, queue, "1", "2", "3", "4");
        await inbox.TakeAsync(2);

        await consumer.AckAsync(2, multiple: false);
        Assert.Equal("3", (await inbox.NextAsync()).Text);
        await ReadyBecomesAsync(connection, queue, 1);
    }

    [Fact]
    public async Task A_multiple_ack_settles_every_delivery_up_to_it()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (consumer, inbox) = await ConsumeAsync(connection, queue, prefetch: 4);
        await PublishAsync(connection, queue, "1", "2", "3", "4", "5", "6", "7");
        await inbox.TakeAsync(4);

        await consumer.AckAsync(3, multiple: true);
        Assert.Equal(["5", "6", "7"], await inbox.TextsAsync(3));

        await consumer.DisposeAsync();
        var (_, next) = await ConsumeAsync(connection, queue);
        Assert.Equal(["4", "5", "6", "7"], await next.TextsAsync(4));
    }
}
