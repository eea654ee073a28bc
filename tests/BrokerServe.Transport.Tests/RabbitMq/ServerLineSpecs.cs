using BrokerServe.Transport.Tests.Compliance;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Where lines of RabbitMQ differ, and that it makes no difference here: the table of README.md, line by line, on whichever line runs.</summary>
public sealed class ServerLineSpecs : IAsyncLifetime
{
    private readonly string _queue = TestBroker.TestBroker.Unique("spec.line");
    private TestBroker.TestBroker? _broker;
    private IConnection? _foreign;
    private IBrokerConnection? _ours;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.TestBroker.GetAsync();
        _foreign = await new ConnectionFactory { Uri = new Uri(Broker.Uri) }.CreateConnectionAsync();
        _ours = await BrokerAt(Broker.Uri).ConnectAsync("spec", default);
    }

    public async ValueTask DisposeAsync()
    {
        await Ours.DeleteQueueAsync(_queue, default);
        await Ours.DisposeAsync();
        await _foreign!.DisposeAsync();
    }

    private TestBroker.TestBroker Broker => _broker!;

    private bool IsLine3 => Broker.Version.Major == 3;

    private IBrokerConnection Ours => _ours!;

    [Fact]
    public async Task The_largest_message_is_that_of_the_line_and_is_known_once_there_is_a_connection()
    {
        var most = IsLine3 ? 128 * 1024 * 1024 : 16 * 1024 * 1024;
        await using var broker = BrokerAt(Broker.Uri);
        Assert.Equal((16 * 1024 * 1024) - 1, broker.Limits.MaxBodyBytes);
        await using var connection = await broker.ConnectAsync("spec", default);
        Assert.Equal(most - 1, broker.Limits.MaxBodyBytes);

        // That what is just below it arrives, the compliance suite says.
        await connection.DeclareQueueAsync(new QueueDeclaration(_queue) { Exclusive = true }, default);
        var channel = await _foreign!.CreateChannelAsync();
        var closed = new TaskCompletionSource<ShutdownEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            closed.TrySetResult(reason);
            return Task.CompletedTask;
        };
        await channel.BasicPublishAsync("", _queue, new byte[most + 1]);
        await Patience.ForAsync(closed.Task, "the end of the channel of who sends too much");
        Assert.Equal(406, (await closed.Task).ReplyCode);
    }

    [Fact]
    public async Task Limits_that_were_configured_stay_whatever_the_line()
    {
        var limits = new BrokerLimits(MaxBodyBytes: 1_000);
        await using var broker = new BrokerServe.RabbitMq.RabbitMqBroker(new() { Uri = Broker.Uri, Limits = limits });
        await using var connection = await broker.ConnectAsync("spec", default);
        Assert.Equal(limits, broker.Limits);
    }

    [Fact]
    public async Task A_quorum_queue_of_ours_keeps_what_came_back_25_times_and_one_without_a_limit_only_on_3_x()
    {
        var other = _queue + ".other";
        var channel = await _foreign!.CreateChannelAsync();
        await channel.QueueDeclareAsync(other, true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await Ours.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true, Type = QueueType.Quorum, DeliveryLimit = 100_000 }, default);
        try
        {
            Assert.Equal(25, await ReturnAsync(channel, _queue, times: 25));
            Assert.Equal(IsLine3 ? 25 : 20, await ReturnAsync(channel, other, times: 25));
        }
        finally
        {
            await channel.QueueDeleteAsync(other);
        }
    }

    [Fact]
    public async Task A_shared_queue_of_ours_is_classic_also_where_the_virtual_host_has_another_default()
    {
        var host = TestBroker.TestBroker.Unique("spec");
        var uri = await Broker.AddVirtualHostAsync(host, IsLine3 ? [] : ["--default-queue-type", "quorum"]);
        try
        {
            await using var ours = await BrokerAt(uri).ConnectAsync("spec", default);
            await ours.DeclareQueueAsync(new QueueDeclaration("ours") { Durable = true }, default);
            await using var theirs = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync();
            await (await theirs.CreateChannelAsync()).QueueDeclareAsync("theirs", durable: true, exclusive: false, autoDelete: false);

            var queues = (await Broker.RabbitmqctlAsync("-q", "list_queues", "-p", host, "name", "type")).Split('\n').Select(q => q.Trim());
            Assert.Contains("ours\tclassic", queues);
            Assert.Contains(IsLine3 ? "theirs\tclassic" : "theirs\tquorum", queues);
        }
        finally
        {
            await Broker.RabbitmqctlAsync("delete_vhost", host);
        }
    }

    [Fact]
    public async Task Messages_of_ours_have_no_AMQP_priority_which_only_4_x_acts_on_at_a_quorum_queue()
    {
        var channel = await _foreign!.CreateChannelAsync(new CreateChannelOptions(true, true));
        await Ours.DeclareQueueAsync(new QueueDeclaration(_queue) { Durable = true, Type = QueueType.Quorum, DeliveryLimit = 100_000 }, default);
        var log = new ConfirmLog();
        await using var publisher = await Ours.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
        await publisher.PublishAsync(To(_queue, bodyBytes: 1));
        await log.AllConfirmedAsync(1);
        await channel.BasicPublishAsync("", _queue, true, new BasicProperties { Priority = 9 }, new byte[9]);

        BasicGetResult[] got = [(await channel.BasicGetAsync(_queue, true))!, (await channel.BasicGetAsync(_queue, true))!];
        Assert.Equal(IsLine3 ? [1, 9] : [9, 1], got.Select(message => message.Body.Length));
        Assert.False(got.Single(message => message.Body.Length == 1).BasicProperties.IsPriorityPresent());
    }

    [Fact]
    public async Task The_consumer_timeout_is_half_an_hour_when_nobody_says_it() =>
        Assert.Equal("{ok,1800000}", await Broker.RabbitmqctlAsync("-q", "eval", "application:get_env(rabbit, consumer_timeout)."));

    // Gives a message back until it comes no more or has come back often enough; how often it did. Behind each return goes a marker: the
    // queue has taken what was returned before it, or has dropped it.
    private static async Task<int> ReturnAsync(IChannel channel, string queue, int times)
    {
        const int Marker = 2;
        await channel.BasicPublishAsync("", queue, new byte[1]);
        var message = await GetAsync(channel, queue);
        for (var returned = 0; returned < times; returned++)
        {
            await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
            await channel.BasicPublishAsync("", queue, new byte[Marker]);
            message = await GetAsync(channel, queue);
            if (message.Body.Length == Marker)
            {
                return returned;
            }

            await channel.BasicAckAsync((await GetAsync(channel, queue)).DeliveryTag, multiple: false);
        }

        return times;
    }

    // What comes back is not always there at once.
    private static async Task<BasicGetResult> GetAsync(IChannel channel, string queue)
    {
        var patience = new Patience($"a message in {queue}");
        while (true)
        {
            if (await channel.BasicGetAsync(queue, autoAck: false) is { } message)
            {
                return message;
            }

            await patience.PauseAsync();
        }
    }
}
