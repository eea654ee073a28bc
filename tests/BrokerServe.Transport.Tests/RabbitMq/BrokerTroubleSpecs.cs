using BrokerServe.Transport.Supervision;
using BrokerServe.Transport.Tests.Compliance;
using Microsoft.Extensions.Logging.Abstractions;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>What brokers go through: restarts, crashes, alarms, and their operators.</summary>
public sealed class BrokerTroubleSpecs(PrivateNode node) : IClassFixture<PrivateNode>
{
    [Fact]
    public async Task A_supervisor_is_back_with_the_next_epoch_when_the_broker_was_stopped_and_started() =>
        await BackAfterAsync(
            async () =>
            {
                await node.Broker.StopServiceAsync();
                await FailsToConnectAsync(node.Broker.Uri, BrokerFault.Unreachable);
                await node.Broker.StartServiceAsync();
            });

    [Fact]
    public async Task A_supervisor_is_back_and_what_was_confirmed_is_there_when_the_broker_was_killed_and_started()
    {
        var queue = TestBroker.TestBroker.Unique("spec.kept");
        await using (var broker = BrokerAt(node.Broker.Uri))
        await using (var connection = await broker.ConnectAsync("spec", default))
        {
            await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Durable = true }, default);
            var log = new ConfirmLog();
            var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
            await publisher.PublishAsync(To(queue) with { Properties = new MessageProperties { Persistent = true } });
            await log.AllConfirmedAsync(1);
        }

        // RabbitMQ writes the message to disk before it confirms it, but the declaration of its queue within a second or two.
        await node.Broker.RabbitmqctlAsync("eval", "mnesia:sync_log().");

        await BackAfterAsync(
            async () =>
            {
                await node.Broker.KillAsync();
                await node.Broker.StartAsync();
            },
            async connection => Assert.Equal(1, (await connection.InspectQueueAsync(queue, default))?.Ready));
    }

    [Fact]
    public async Task A_connection_that_an_operator_closes_says_so()
    {
        var name = TestBroker.TestBroker.Unique("spec");
        await using var broker = BrokerAt(node.Broker.Uri);
        await using var connection = await broker.ConnectAsync(name, default);
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        var (queue, consumer, _) = await InboxAsync(connection);

        await node.Broker.CloseConnectionAsync(name, "for the specification");
        await Patience.ForAsync(connection.Closed, "the end of the connection");

        Assert.True(consumer.Ended.IsCancellationRequested);
        Assert.True(publisher.Closed.IsCancellationRequested);
        Assert.Equal(BrokerFault.Unreachable, connection.CloseReason?.Fault);
        Assert.Contains("for the specification", connection.CloseReason!.Message, StringComparison.Ordinal);
        var lost = await Assert.ThrowsAsync<BrokerException>(async () => await publisher.PublishAsync(To(queue)));
        Assert.Contains("for the specification", lost.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BrokerException>(async () => await connection.InspectQueueAsync(queue, default));
        await consumer.AckAsync(1, multiple: false);
    }

    [Fact]
    public async Task All_connections_that_an_operator_closes_end()
    {
        await using var broker = BrokerAt(node.Broker.Uri);
        await using var one = await broker.ConnectAsync("spec", default);
        await using var other = await broker.ConnectAsync("spec", default);
        await node.Broker.RabbitmqctlAsync("close_all_connections", "for the specification");
        await Patience.ForAsync(one.Closed, "the end of the first connection");
        await Patience.ForAsync(other.Closed, "the end of the second connection");
    }

    [Fact]
    public async Task A_consumer_ends_when_an_operator_deletes_its_queue_and_its_connection_lives_on()
    {
        await using var broker = BrokerAt(node.Broker.Uri);
        await using var connection = await broker.ConnectAsync("spec", default);
        var queue = TestBroker.TestBroker.Unique("spec.doomed");
        await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Durable = true }, default);
        await using var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 1), default);
        await consumer.StartAsync(new Inbox(), default);

        await node.Broker.RabbitmqctlAsync("delete_queue", queue);
        await Patience.ForAsync(consumer.Ended, "the end of the consumer");
        Assert.Null(await connection.InspectQueueAsync(queue, default));
        Assert.False(connection.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task During_an_alarm_a_publisher_waits_and_a_consumer_does_not()
    {
        await using var broker = BrokerAt(node.Broker.Uri, operationTimeout: TimeSpan.FromSeconds(2));
        await using var consuming = await broker.ConnectAsync("spec consume", default);
        await using var publishing = await broker.ConnectAsync("spec publish", default);
        var (queue, consumer, inbox) = await InboxAsync(consuming);
        var publisher = await publishing.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        await publisher.PublishAsync(To(queue));
        await inbox.NextAsync();

        await node.Broker.RabbitmqctlAsync("set_vm_memory_high_watermark", "0.0001");
        Task flooding;
        try
        {
            flooding = FloodAsync(publisher, queue);
            var patience = new Patience("the broker's word that it reads no more");
            while (!publishing.IsBlocked)
            {
                await patience.PauseAsync();
            }

            // Longer than the operation timeout: an alarm is no reason to give a connection up.
            await Assert.ThrowsAsync<TimeoutException>(() => flooding.WaitAsync(TimeSpan.FromSeconds(3)));
            Assert.False(publishing.Closed.IsCancellationRequested);
            await consumer.AckAsync(1, multiple: false);
            Assert.NotNull(await consuming.InspectQueueAsync(queue, default));
        }
        finally
        {
            await node.Broker.RabbitmqctlAsync("set_vm_memory_high_watermark", "0.4");
        }

        await Patience.ForAsync(flooding, "the end of the flood");
        Assert.False(publishing.IsBlocked);
    }

    // 256 MB: more than the sockets of both sides, and the 128 messages that the client library keeps before them.
    private static async Task FloodAsync(IPublisher publisher, string queue)
    {
        await Task.Yield();
        for (var n = 0; n < 256; n++)
        {
            await publisher.PublishAsync(To(queue, bodyBytes: 1_000_000));
        }
    }

    private async Task BackAfterAsync(Func<Task> trouble, Func<IBrokerConnection, Task>? then = null)
    {
        await using var broker = BrokerAt(node.Broker.Uri);
        using var stopping = new CancellationTokenSource();
        var sessions = System.Threading.Channels.Channel.CreateUnbounded<ConnectionSession>();
        var supervisor = new ConnectionSupervisor(
            broker, "spec supervised", new ReconnectOptions(), TimeProvider.System, NullLogger<ConnectionSupervisor>.Instance);
        var running = supervisor.RunAsync(
            async session =>
            {
                sessions.Writer.TryWrite(session);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(session.Connection.Closed, stopping.Token);
                await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            stopping.Token);

        var first = await Patience.ForAsync(sessions.Reader.ReadAsync().AsTask(), "the first session");
        await trouble();
        await Patience.ForAsync(first.Connection.Closed, "the end of the first session's connection");
        var second = await Patience.ForAsync(sessions.Reader.ReadAsync().AsTask(), "the second session");

        Assert.True(second.Epoch > first.Epoch);
        await InboxAsync(second.Connection);
        await (then?.Invoke(second.Connection) ?? Task.CompletedTask);
        await stopping.CancelAsync();
        await Patience.ForAsync(running, "the end of the supervisor");
    }
}
