using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.InMemory;

public sealed class MemoryBudgetSpecs : IAsyncDisposable
{
    private const int MaxBytes = 64 * 1024;

    private readonly InMemoryBroker _broker = new(new InMemoryBrokerOptions { MaxBytes = MaxBytes });

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Publishers_wait_when_the_memory_is_full_and_go_on_when_consumers_drain_it()
    {
        var connection = await _broker.ConnectAsync("producer", default);
        await connection.DeclareQueueAsync(new QueueDeclaration("shared") { Durable = true }, default);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        var (published, waiting) = await FillAsync(publisher, "shared");
        Assert.True(connection.IsBlocked);
        Assert.InRange(_broker.UsedBytes, (MaxBytes / 2) + 1, (MaxBytes / 4 * 3) + 2_000);

        // Another connection that does not publish is not blocked.
        var other = await _broker.ConnectAsync("consumer", default);
        Assert.False(other.IsBlocked);
        var inbox = new Inbox();
        var consumer = await other.OpenConsumerAsync(new ConsumerOptions("shared", 1_000), default);
        await consumer.StartAsync(inbox, default);
        var received = await inbox.TakeAsync(published);
        Assert.False(waiting.IsCompleted, "What is unsettled still takes memory.");

        await consumer.AckAsync(received[^1].Tag, multiple: true);
        await Patience.ForAsync(waiting.AsTask(), "the publishing that waited for memory");
        Assert.False(connection.IsBlocked);
        await consumer.AckAsync((await inbox.NextAsync()).Tag, multiple: true);
        Assert.Equal(0, _broker.UsedBytes);
    }

    [Fact]
    public async Task What_drains_the_shared_queues_still_gets_through()
    {
        var connection = await _broker.ConnectAsync("spec", default);
        await connection.DeclareQueueAsync(new QueueDeclaration("shared") { Durable = true }, default);
        await connection.DeclareQueueAsync(new QueueDeclaration("own") { Exclusive = true }, default);
        var producer = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        var (_, waiting) = await FillAsync(producer, "shared");

        var router = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        Assert.True(router.PublishAsync(Message("own")).IsCompletedSuccessfully);

        // That part is bounded as well.
        var (_, alsoWaiting) = await FillAsync(router, "own");
        Assert.InRange(_broker.UsedBytes, MaxBytes - 2_000, MaxBytes + 2_000);
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<BrokerException>(() => Patience.ForAsync(waiting.AsTask(), "the end of the wait"));
        await Assert.ThrowsAsync<BrokerException>(() => Patience.ForAsync(alsoWaiting.AsTask(), "the end of the other wait"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_publisher_that_waits_fails_when_its_connection_ends(bool cut)
    {
        var connection = await _broker.ConnectAsync("producer", default);
        await connection.DeclareQueueAsync(new QueueDeclaration("shared") { Durable = true }, default);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), new ConfirmLog(), default);
        var (_, waiting) = await FillAsync(publisher, "shared");
        if (cut)
        {
            _broker.Cut();
        }
        else
        {
            await connection.DisposeAsync();
        }

        await Assert.ThrowsAsync<BrokerException>(() => Patience.ForAsync(waiting.AsTask(), "the end of the wait"));
        await Patience.ForAsync(publisher.Closed, "the end of the publisher");
    }

    [Fact]
    public async Task Everything_that_leaves_by_any_way_gives_its_memory_back()
    {
        var connection = await _broker.ConnectAsync("spec", default);
        await connection.DeclareExchangeAsync(new ExchangeDeclaration("all", ExchangeKind.Fanout), default);
        foreach (var queue in (QueueDeclaration[])[
            new("dropped") { MaxLength = 1 }, new("expired") { MessageTtl = TimeSpan.Zero }, new("deleted"), new("own") { Exclusive = true }])
        {
            await connection.DeclareQueueAsync(queue, default);
            await connection.BindAsync(queue.Name, "all", "", default);
        }

        var log = new ConfirmLog();
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
        for (var i = 0; i < 10; i++)
        {
            await publisher.PublishAsync(Message("any") with { Exchange = "all" });
            await publisher.PublishAsync(Message("nowhere") with { Mandatory = true });
        }

        await log.AllConfirmedAsync(20);
        Assert.Equal(10, log.Returned.Count);
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions("deleted", 3), default);
        var inbox = new Inbox();
        await consumer.StartAsync(inbox, default);
        await inbox.TakeAsync(3);
        Assert.NotEqual(0, _broker.UsedBytes);

        await connection.DeleteQueueAsync("deleted", default);
        await connection.DeleteQueueAsync("dropped", default);
        await connection.DisposeAsync();
        await Patience.ForAsync(consumer.Ended, "the end of the consumer");
        Assert.Equal(0, _broker.UsedBytes);
    }

    private static OutboundMessage Message(string key) => new("", key, false, default, new byte[1_000]);

    /// <summary>Publishes until it would have to wait.</summary>
    private static async Task<(int Published, ValueTask Waiting)> FillAsync(IPublisher publisher, string queue)
    {
        for (var published = 0; published < 1_000; published++)
        {
            var publishing = publisher.PublishAsync(Message(queue));
            if (!publishing.IsCompleted)
            {
                return (published, publishing);
            }

            await publishing;
        }

        throw new InvalidOperationException("The memory was never full.");
    }
}
