using BrokerServe.Transport.Supervision;

namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task What_a_settler_was_told_from_many_threads_never_comes_back()
    {
        const int Messages = 3_000;
        const int Prefetch = 100;
        var connection = await ConnectAsync("settling");
        var other = await ConnectAsync("other");
        var queue = await DurableQueueAsync(other);
        await PublishAsync(other, queue, [.. Enumerable.Range(0, Messages).Select(n => $"{n}")]);

        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, Prefetch), default);
        await using (var settler = new Settler(consumer, Prefetch))
        {
            await consumer.StartAsync(inbox, default);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var n = 0; n < Messages / 4; n++)
                {
                    settler.Settle((await inbox.NextAsync()).Tag);
                }
            })));
        }

        // The acks are on their way; an orderly good-bye follows them.
        await connection.DisposeAsync();
        await ReadyBecomesAsync(other, queue, 0);
        var (_, next) = await ConsumeAsync(other, queue);
        await PublishAsync(other, queue, "last");
        Assert.Equal("last", (await next.NextAsync()).Text);
        Assert.Equal(Messages, inbox.Count);
    }

    [Fact]
    public async Task What_a_settler_requeues_comes_back_and_the_rest_does_not()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 10), default);
        await using var settler = new Settler(consumer, 10);
        await consumer.StartAsync(inbox, default);
        await PublishAsync(connection, queue, [.. Enumerable.Range(1, 10).Select(n => $"{n}")]);
        await inbox.TakeAsync(10);

        await consumer.StopAsync(default);
        foreach (var tag in new ulong[] { 10, 1, 4, 3, 9, 2 })
        {
            settler.Settle(tag);
        }

        foreach (var tag in new ulong[] { 7, 5, 8, 6 })
        {
            settler.Requeue(tag);
        }

        await settler.DisposeAsync();
        await consumer.DisposeAsync();
        var (_, next) = await ConsumeAsync(connection, queue);
        Assert.Equal(["5", "6", "7", "8"], (await next.TextsAsync(4)).Order());
        await PublishAsync(connection, queue, "last");
        Assert.Equal("last", (await next.NextAsync()).Text);
    }

    [Fact]
    public async Task An_ack_for_a_tag_that_was_settled_before_does_no_harm_through_a_settler()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 10), default);
        await using var settler = new Settler(consumer, 10);
        await consumer.StartAsync(inbox, default);
        await PublishAsync(connection, queue, "1", "2");
        await inbox.TakeAsync(2);
        settler.Settle(2);
        settler.Settle(2);
        settler.Settle(1);

        await PublishAsync(connection, queue, "3");
        Assert.Equal("3", (await inbox.NextAsync()).Text);
        Assert.False(consumer.Ended.IsCancellationRequested);
    }
}
