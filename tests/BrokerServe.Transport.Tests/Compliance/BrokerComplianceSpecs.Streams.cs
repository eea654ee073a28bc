namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task Everybody_reads_a_stream_from_its_beginning_in_order()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a", "b", "c");
        for (var reader = 0; reader < 2; reader++)
        {
            var (_, inbox) = await ReadAsync(await ConnectAsync(), stream, StreamPosition.First);
            var received = await inbox.TakeAsync(3);
            Assert.Equal(["a", "b", "c"], received.Select(r => r.Text));
            Assert.Equal([0L, 1L, 2L], received.Select(r => r.Offset));
            Assert.All(received, r => Assert.False(r.Redelivered));
        }
    }

    [Fact]
    public async Task A_reader_that_begins_at_an_offset_gets_the_message_there_first()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a", "b", "c");
        var (_, inbox) = await ReadAsync(connection, stream, StreamPosition.At(1));
        Assert.Equal(["b", "c"], await inbox.TextsAsync(2));
    }

    [Fact]
    public async Task A_reader_that_begins_behind_the_end_gets_nothing_before_that_offset()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a");
        var (_, inbox) = await ReadAsync(connection, stream, StreamPosition.At(3));
        await PublishAsync(connection, stream, "b", "c", "d", "e");
        Assert.Equal([("d", 3L), ("e", 4L)], (await inbox.TakeAsync(2)).Select(received => (received.Text, received.Offset)));
    }

    [Fact]
    public async Task A_reader_that_does_not_say_where_to_begin_gets_what_is_appended_from_now_on()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a", "b");
        var (_, inbox) = await ConsumeAsync(connection, stream);
        await PublishAsync(connection, stream, "c");
        Assert.Equal("c", (await inbox.NextAsync()).Text);
    }

    [Fact]
    public async Task A_reader_that_begins_with_the_last_gets_the_newest_and_what_follows()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a", "b", "c");
        var (_, inbox) = await ReadAsync(connection, stream, StreamPosition.Last);
        await PublishAsync(connection, stream, "d");

        // Brokers begin with the group that holds the newest, so there may be some before it.
        var texts = new List<string>();
        while (texts.LastOrDefault() != "d")
        {
            texts.Add((await inbox.NextAsync()).Text);
        }

        Assert.Equal(["c", "d"], texts.TakeLast(2));
    }

    [Fact]
    public async Task A_reader_of_an_empty_stream_gets_its_first_message_wherever_it_begins()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection);
        var (_, first) = await ReadAsync(connection, stream, StreamPosition.First);
        var (_, last) = await ReadAsync(connection, stream, StreamPosition.Last);
        await PublishAsync(connection, stream, "a");
        Assert.Equal(("a", "a"), ((await first.NextAsync()).Text, (await last.NextAsync()).Text));
    }

    [Fact]
    public async Task A_reader_of_a_stream_gets_no_more_than_its_prefetch_and_goes_on_as_it_settles()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection);
        var (publisher, log) = await PublisherAsync(connection);
        for (var n = 0; n < 40; n++)
        {
            // One by one, so that each is stored alone: what is stored together is handed over together.
            await publisher.PublishAsync(To(stream, $"{n}"));
            await log.AllConfirmedAsync((ulong)n + 1);
        }

        var (consumer, inbox) = await ReadAsync(connection, stream, StreamPosition.First, prefetch: 5);
        for (var n = 0; n < 40; n++)
        {
            var received = await inbox.NextAsync();
            Assert.Equal($"{n}", received.Text);
            Assert.InRange(inbox.Count, n + 1, n + 5);
            await consumer.AckAsync(received.Tag, multiple: n % 2 == 0);
        }
    }

    [Fact]
    public async Task What_a_reader_gives_back_to_a_stream_counts_as_read()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection);
        foreach (var text in new[] { "a", "b", "c" })
        {
            await PublishAsync(connection, stream, text); // One by one: what is stored together is delivered together, whatever the prefetch.
        }

        var (consumer, inbox) = await ReadAsync(connection, stream, StreamPosition.First, prefetch: 1);
        for (var text = 'a'; text <= 'c'; text++)
        {
            var received = await inbox.NextAsync();
            Assert.Equal((text.ToString(), false), (received.Text, received.Redelivered));
            await consumer.RequeueAsync(received.Tag);
        }
    }

    [Fact]
    public async Task A_reader_that_stops_gets_nothing_more_of_a_stream()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a");
        var (consumer, inbox) = await ReadAsync(connection, stream, StreamPosition.First);
        await inbox.NextAsync();
        await consumer.StopAsync(default);
        Assert.True(consumer.Ended.IsCancellationRequested);

        // Another reader sees what is appended now; the first one does not.
        var (_, other) = await ReadAsync(connection, stream, StreamPosition.At(1));
        await PublishAsync(connection, stream, "b");
        await other.NextAsync();
        Assert.Equal(1, inbox.Count);
    }

    [Fact]
    public async Task A_stream_that_is_deleted_ends_its_readers()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a");
        var (consumer, _) = await ReadAsync(connection, stream, StreamPosition.First);
        await connection.DeleteQueueAsync(stream, default);
        await Patience.ForAsync(consumer.Ended, "the end of a reader whose stream was deleted");
    }

    [Fact]
    public async Task A_stream_is_declared_again_and_is_no_other_kind_of_queue()
    {
        var connection = await ConnectAsync();
        var stream = await StreamAsync(connection, "a");
        await connection.DeclareQueueAsync(new(stream) { Stream = true, Durable = true }, default);
        await FailsAsync(BrokerFault.TopologyMismatch, async () => await connection.DeclareQueueAsync(new(stream) { Durable = true }, default));

        var queue = await DurableQueueAsync(connection);
        await FailsAsync(
            BrokerFault.TopologyMismatch, async () => await connection.DeclareQueueAsync(new(queue) { Stream = true, Durable = true }, default));
    }

    [Fact]
    public async Task A_queue_that_is_no_stream_refuses_a_reader_that_says_where_to_begin()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        await FailsAsync(BrokerFault.TopologyMismatch, () => ReadAsync(connection, queue, StreamPosition.First));
        var (_, inbox) = await ConsumeAsync(connection, queue);
        await PublishAsync(connection, queue, "a");
        Assert.Equal(Delivery.NoOffset, (await inbox.NextAsync()).Offset);
    }

    /// <summary>Declares a stream, which lasts until the fact is over, and appends to it.</summary>
    private async Task<string> StreamAsync(IBrokerConnection connection, params string[] texts)
    {
        var stream = await DeclareAsync(connection, new QueueDeclaration(Unique("stream")) { Stream = true, Durable = true });
        await PublishAsync(connection, stream, texts);
        return stream;
    }

    private static async Task<(IConsumer Consumer, Inbox Inbox)> ReadAsync(
        IBrokerConnection connection, string stream, StreamPosition from, int prefetch = 100)
    {
        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(stream, prefetch) { From = from }, default);
        await consumer.StartAsync(inbox, default);
        return (consumer, inbox);
    }
}
