namespace BrokerServe.Transport.Tests.Compliance;

public abstract partial class BrokerComplianceSpecs
{
    [Fact]
    public async Task What_a_lost_connection_held_is_delivered_again_in_order_and_marked()
    {
        var lost = await ConnectAsync("lost");
        var other = await ConnectAsync("other");
        var queue = await DurableQueueAsync(other);
        var (consumer, inbox) = await ConsumeAsync(lost, queue, prefetch: 5);
        await PublishAsync(other, queue, "1", "2", "3", "4", "5", "6");
        await inbox.TakeAsync(5);
        await consumer.AckAsync(2, multiple: false);

        // The sixth shows that the broker has the ack.
        await inbox.NextAsync();

        await CutAsync(lost);
        await Patience.ForAsync(lost.Closed, "the end of the connection that was cut");
        var (_, next) = await ConsumeAsync(other, queue);
        var again = await next.TakeAsync(5);
        Assert.Equal(["1", "3", "4", "5", "6"], again.Select(r => r.Text));
        Assert.All(again, r => Assert.True(r.Redelivered));

        await PublishAsync(other, queue, "7");
        Assert.False((await next.NextAsync()).Redelivered);
    }

    [Fact]
    public async Task A_connection_that_was_cut_says_so_everywhere()
    {
        var connection = await ConnectAsync("cut");
        var queue = Unique("own");
        await DeclareAsync(connection, new QueueDeclaration(queue) { Exclusive = true });
        var (consumer, _) = await ConsumeAsync(connection, queue);
        var (publisher, _) = await PublisherAsync(connection);
        Assert.Null(connection.CloseReason);

        await CutAsync(connection);
        await Patience.ForAsync(connection.Closed, "the end of the connection");
        await Patience.ForAsync(consumer.Ended, "the end of its consumer");
        await Patience.ForAsync(publisher.Closed, "the end of its publisher");
        Assert.NotNull(connection.CloseReason);
        await Assert.ThrowsAsync<BrokerException>(async () => await publisher.PublishAsync(To(queue, "late")));
        await Assert.ThrowsAsync<BrokerException>(async () => await connection.InspectQueueAsync(queue, default));

        // Settling is quietly nothing.
        await consumer.AckAsync(1, multiple: true);
        await consumer.RequeueAsync(1);
    }

    [Fact]
    public async Task An_aborted_connection_ends_and_gives_back_what_it_held()
    {
        var aborted = await ConnectAsync("aborted");
        var other = await ConnectAsync("other");
        var queue = await DurableQueueAsync(other);
        var (_, inbox) = await ConsumeAsync(aborted, queue);
        await PublishAsync(other, queue, "1", "2");
        await inbox.TakeAsync(2);

        aborted.Abort();
        await Patience.ForAsync(aborted.Closed, "the end of the aborted connection");
        var (_, next) = await ConsumeAsync(other, queue);
        Assert.Equal(["1", "2"], await next.TextsAsync(2));
    }

    [Fact]
    public async Task A_connection_that_was_disposed_has_no_reason_to_have_closed()
    {
        var connection = await ConnectAsync();
        await connection.DisposeAsync();
        await Patience.ForAsync(connection.Closed, "the end of the disposed connection");
        Assert.Null(connection.CloseReason);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_disposed_consumer_gives_back_what_it_held()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (consumer, inbox) = await ConsumeAsync(connection, queue);
        await PublishAsync(connection, queue, "1", "2", "3");
        await inbox.TakeAsync(3);

        await consumer.DisposeAsync();
        Assert.True(consumer.Ended.IsCancellationRequested);
        await ReadyBecomesAsync(connection, queue, 3);
        Assert.Equal(0, (await connection.InspectQueueAsync(queue, default))!.Consumers);
    }

    [Fact]
    public async Task A_requeued_delivery_comes_again_marked_and_under_a_new_tag()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (consumer, inbox) = await ConsumeAsync(connection, queue, prefetch: 1);
        await PublishAsync(connection, queue, "1", "2");
        await inbox.NextAsync();

        await consumer.RequeueAsync(1);
        var again = await inbox.NextAsync();
        Assert.Equal(("1", 2UL, true), (again.Text, again.Tag, again.Redelivered));

        await consumer.AckAsync(2, multiple: false);
        Assert.Equal("2", (await inbox.NextAsync()).Text);
    }

    [Fact]
    public async Task Requeued_deliveries_go_back_to_where_they_were()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (first, inbox) = await ConsumeAsync(connection, queue, prefetch: 3);
        await PublishAsync(connection, queue, "1", "2", "3", "4", "5");
        await inbox.TakeAsync(3);
        await first.StopAsync(default);

        await first.RequeueAsync(2);
        await first.RequeueAsync(1);
        await ReadyBecomesAsync(connection, queue, 4);
        var (_, second) = await ConsumeAsync(connection, queue);
        Assert.Equal(["1", "2", "4", "5"], await second.TextsAsync(4));
    }

    [Fact]
    public async Task A_stopped_consumer_is_given_nothing_more_and_can_settle_what_it_has()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection);
        var (consumer, inbox) = await ConsumeAsync(connection, queue, prefetch: 2);
        await PublishAsync(connection, queue, "1", "2", "3");
        await inbox.TakeAsync(2);

        Assert.True(await consumer.StopAsync(default));
        Assert.True(consumer.Ended.IsCancellationRequested);
        Assert.False(await consumer.StopAsync(default));
        await consumer.AckAsync(1, multiple: false);
        await consumer.DisposeAsync();

        var (_, next) = await ConsumeAsync(connection, queue);
        Assert.Equal(["2", "3"], await next.TextsAsync(2));
        Assert.Equal(2, inbox.Count);
    }

    [Fact]
    public async Task A_stopped_consumer_still_gives_back_what_it_holds_when_its_connection_is_lost()
    {
        var lost = await ConnectAsync("lost");
        var other = await ConnectAsync("other");
        var queue = await DurableQueueAsync(other);
        var (consumer, inbox) = await ConsumeAsync(lost, queue);
        await PublishAsync(other, queue, "1", "2");
        await inbox.TakeAsync(2);
        await consumer.StopAsync(default);

        await CutAsync(lost);
        var (_, next) = await ConsumeAsync(other, queue);
        Assert.Equal(["1", "2"], await next.TextsAsync(2));
    }

    [Fact]
    public async Task A_queue_deleted_under_its_consumer_ends_the_consumer_and_nothing_else()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection, "doomed");
        var (consumer, inbox) = await ConsumeAsync(connection, queue);
        await PublishAsync(connection, queue, "1");
        await inbox.NextAsync();

        await connection.DeleteQueueAsync(queue, default);
        await Patience.ForAsync(consumer.Ended, "the end of the consumer whose queue was deleted");
        Assert.False(await consumer.StopAsync(default));
        await consumer.AckAsync(1, multiple: false);
        await consumer.DisposeAsync();
        Assert.False(connection.Closed.IsCancellationRequested);
        Assert.Null(await connection.InspectQueueAsync(queue, default));
    }

    [Fact]
    public async Task A_stop_behind_an_end_by_the_broker_that_nobody_has_heard_of_yet_says_that_it_came_second()
    {
        var connection = await ConnectAsync();
        var queue = await DurableQueueAsync(connection, "doomed");
        using var handler = new BusyHandler();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 10), default);
        await consumer.StartAsync(handler, default);
        await PublishAsync(connection, queue, "1");
        await Patience.ForAsync(handler.Entered, "the delivery");

        await connection.DeleteQueueAsync(queue, default);
        var stopping = consumer.StopAsync(default).AsTask();
        handler.Finish();

        Assert.False(await stopping);
        await consumer.DisposeAsync();
    }

    /// <summary>Keeps its consumer busy: whatever the broker says of the consumer waits behind the delivery.</summary>
    private sealed class BusyHandler : IDeliveryHandler, IDisposable
    {
        private readonly CancellationTokenSource _entered = new();
        private readonly ManualResetEventSlim _finish = new();

        public CancellationToken Entered => _entered.Token;

        public void Finish() => _finish.Set();

        public void OnDelivery(in Delivery delivery)
        {
            _entered.Cancel();
            _finish.Wait(TimeSpan.FromSeconds(30));
        }

        public void Dispose()
        {
            _finish.Set();
            _entered.Dispose();
        }
    }
}
