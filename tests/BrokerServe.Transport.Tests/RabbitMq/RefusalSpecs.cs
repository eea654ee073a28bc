using BrokerServe.Transport.Tests.Compliance;
using RabbitMQ.Client;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>What the broker refuses, in words that say what to do; the connection stays usable.</summary>
public sealed class RefusalSpecs : IAsyncLifetime
{
    private readonly string _queue = TestBroker.TestBroker.Unique("spec.refusal");
    private IBrokerConnection? _connection;

    private IBrokerConnection Connection => _connection!;

    public async ValueTask InitializeAsync() =>
        _connection = await BrokerAt((await TestBroker.TestBroker.GetAsync()).Uri).ConnectAsync("spec", default);

    public async ValueTask DisposeAsync()
    {
        await Connection.DeleteQueueAsync(_queue, default);
        await Connection.DisposeAsync();
    }

    [Fact]
    public async Task A_queue_with_other_arguments_is_a_mismatch_that_names_the_argument()
    {
        await Connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true, MaxLength = 10 }, default);
        var exception = await RefusedAsync(
            BrokerFault.TopologyMismatch, () => Connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true, MaxLength = 20 }, default));
        Assert.Contains("x-max-length", exception.Message, StringComparison.Ordinal);
        Assert.Contains(_queue, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_classic_queue_where_a_quorum_queue_is_wanted_is_a_mismatch()
    {
        await Connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true }, default);
        await RefusedAsync(
            BrokerFault.TopologyMismatch,
            () => Connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true, Type = QueueType.Quorum, DeliveryLimit = 5 }, default));
    }

    [Fact]
    public async Task A_queue_that_another_client_declared_without_a_type_is_a_classic_one()
    {
        await using var foreign = await new ConnectionFactory { Uri = new Uri((await TestBroker.TestBroker.GetAsync()).Uri) }.CreateConnectionAsync();
        var channel = await foreign.CreateChannelAsync();
        await channel.QueueDeclareAsync(_queue, durable: true, exclusive: false, autoDelete: false);
        await Connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true }, default);
    }

    [Fact]
    public async Task A_reserved_name_is_denied() =>
        await RefusedAsync(BrokerFault.AccessDenied, () => Connection.DeclareQueueAsync(new QueueDeclaration("amq.mine") { Exclusive = true }, default));

    [Fact]
    public async Task A_binding_to_an_exchange_that_is_not_there_is_not_found()
    {
        await Connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Exclusive = true }, default);
        await RefusedAsync(BrokerFault.NotFound, async () =>
        {
            await Connection.BindAsync(_queue, TestBroker.TestBroker.Unique("nowhere"), "key", default);
            return true;
        });
    }

    [Fact]
    public async Task A_publisher_that_names_an_exchange_that_is_not_there_ends_and_says_why()
    {
        var publisher = await Connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), new ConfirmLog(), default);
        await publisher.PublishAsync(new OutboundMessage("nowhere", "key", false, default, default));
        await Patience.ForAsync(publisher.Closed, "the end of the publisher");
        await RefusedAsync(BrokerFault.NotFound, async () =>
        {
            await publisher.PublishAsync(To(_queue));
            return true;
        });
    }

    [Fact]
    public async Task A_user_without_permission_is_denied_and_may_go_on_with_what_it_has()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        var host = TestBroker.TestBroker.Unique("spec");
        var uri = await broker.AddVirtualHostAsync(host);
        try
        {
            var user = TestBroker.TestBroker.Unique("spec-user");
            await broker.RabbitmqctlAsync("add_user", user, "s3cret");
            await FailsToConnectAsync(As(uri, user, "s3cret"), BrokerFault.AccessDenied);
            await broker.RabbitmqctlAsync("set_permissions", "-p", host, user, "^mine\\.", ".*", ".*");

            await using var restricted = await BrokerAt(As(uri, user, "s3cret")).ConnectAsync("spec", default);
            var exception = await RefusedAsync(
                BrokerFault.AccessDenied, () => restricted.DeclareQueueAsync(new QueueDeclaration("theirs") { Exclusive = true }, default));
            Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
            await restricted.DeclareQueueAsync(new QueueDeclaration("mine.a") { Exclusive = true }, default);
        }
        finally
        {
            await broker.RabbitmqctlAsync("delete_vhost", host);
        }
    }

    [Fact]
    public async Task A_full_virtual_host_is_a_limit()
    {
        var broker = await TestBroker.TestBroker.GetAsync();
        var host = TestBroker.TestBroker.Unique("spec");
        var uri = await broker.AddVirtualHostAsync(host);
        try
        {
            await broker.RabbitmqctlAsync("set_vhost_limits", "-p", host, """{"max-connections": 1, "max-queues": 0}""");
            await using var first = await BrokerAt(uri).ConnectAsync("spec", default);
            await FailsToConnectAsync(uri, BrokerFault.LimitReached);
            await RefusedAsync(BrokerFault.LimitReached, () => first.DeclareQueueAsync(new QueueDeclaration("a") { Durable = true }, default));
        }
        finally
        {
            await broker.RabbitmqctlAsync("delete_vhost", host);
        }
    }

    [Fact]
    public async Task A_quorum_queue_drops_what_came_back_more_often_than_its_delivery_limit()
    {
        await Connection.DeclareQueueAsync(
            new QueueDeclaration(_queue) { Durable = true, Type = QueueType.Quorum, DeliveryLimit = 2 }, default);
        var inbox = new Inbox();
        await using var consumer = await Connection.OpenConsumerAsync(new ConsumerOptions(_queue, 1), default);
        await consumer.StartAsync(inbox, default);
        await using var publisher = await Connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        await publisher.PublishAsync(To(_queue, bodyBytes: 1));
        await publisher.PublishAsync(To(_queue, bodyBytes: 2));

        for (var delivery = 1; delivery <= 3; delivery++)
        {
            var received = await inbox.NextAsync();
            Assert.Equal((1, delivery > 1), (received.Body.Length, received.Redelivered));
            await consumer.RequeueAsync(received.Tag);
        }

        Assert.Equal(2, (await inbox.NextAsync()).Body.Length);
    }

    private static async Task<BrokerException> RefusedAsync<T>(BrokerFault fault, Func<ValueTask<T>> act)
    {
        var exception = await Assert.ThrowsAsync<BrokerException>(async () => await act());
        Assert.Equal(fault, exception.Fault);
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }
}
