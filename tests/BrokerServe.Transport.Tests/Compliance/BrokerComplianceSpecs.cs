using System.Text;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>What the router, the workers and the clients rely on, whichever broker carries the messages. Every transport inherits it.</summary>
/// <remarks>One broker per fact from <see cref="CreateBrokerAsync"/>; names are unique per fact, so that facts can share one node.</remarks>
public abstract partial class BrokerComplianceSpecs : IAsyncLifetime
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];
    private readonly List<IBrokerConnection> _connections = [];
    private readonly List<string> _lastingQueues = [];
    private IBroker? _broker;

    /// <summary>Makes an <see cref="IBroker"/>; the suite disposes it after the fact.</summary>
    protected abstract ValueTask<IBroker> CreateBrokerAsync();

    /// <summary>Breaks a connection from outside, as a broken network or an operator would; its <c>Closed</c> fires soon.</summary>
    protected abstract ValueTask CutAsync(IBrokerConnection connection);

    /// <summary>The broker of this fact.</summary>
    protected IBroker Broker => _broker ?? throw new InvalidOperationException("The fact has not begun.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _broker = await CreateBrokerAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        if (_lastingQueues.Count > 0)
        {
            await using var cleaner = await Broker.ConnectAsync("cleaner", default);
            foreach (var queue in _lastingQueues)
            {
                await cleaner.DeleteQueueAsync(queue, default);
            }
        }

        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A name that no other fact uses.</summary>
    protected string Unique(string noun) => $"spec.{noun}.{_suffix}";

    /// <summary>Connects; the suite disposes the connection after the fact.</summary>
    protected async Task<IBrokerConnection> ConnectAsync(string name = "spec")
    {
        var connection = await Broker.ConnectAsync(name, default);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Declares a durable classic queue that lasts until the fact is over.</summary>
    protected async Task<string> DurableQueueAsync(IBrokerConnection connection, string noun = "queue")
    {
        var queue = new QueueDeclaration(Unique(noun)) { Durable = true };
        return await DeclareAsync(connection, queue);
    }

    /// <summary>Declares a queue; one that would outlive its connection is deleted after the fact.</summary>
    protected async Task<string> DeclareAsync(IBrokerConnection connection, QueueDeclaration queue)
    {
        await connection.DeclareQueueAsync(queue, default);
        if (!queue.Exclusive)
        {
            _lastingQueues.Add(queue.Name);
        }

        return queue.Name;
    }

    /// <summary>Opens and starts a consumer; it ends with its connection.</summary>
    protected static async Task<(IConsumer Consumer, Inbox Inbox)> ConsumeAsync(IBrokerConnection connection, string queue, int prefetch = 100)
    {
        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, prefetch), default);
        await consumer.StartAsync(inbox, default);
        return (consumer, inbox);
    }

    /// <summary>Opens a publisher with confirms; it ends with its connection.</summary>
    protected static async Task<(IPublisher Publisher, ConfirmLog Log)> PublisherAsync(IBrokerConnection connection)
    {
        var log = new ConfirmLog();
        var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: true), log, default);
        return (publisher, log);
    }

    /// <summary>Publishes texts to one queue by the default exchange and waits until the broker has them.</summary>
    protected static async Task PublishAsync(IBrokerConnection connection, string queue, params string[] texts)
    {
        var (publisher, log) = await PublisherAsync(connection);
        foreach (var text in texts)
        {
            await publisher.PublishAsync(To(queue, text));
        }

        await log.AllConfirmedAsync((ulong)texts.Length);
        await publisher.DisposeAsync();
    }

    /// <summary>A persistent message to a queue by the default exchange.</summary>
    protected static OutboundMessage To(string queue, string text, bool mandatory = false) =>
        new("", queue, mandatory, new MessageProperties { Persistent = true }, Encoding.UTF8.GetBytes(text));

    /// <summary>How many messages wait in a queue that exists.</summary>
    protected static async Task<long> ReadyAsync(IBrokerConnection connection, string queue)
    {
        var info = await connection.InspectQueueAsync(queue, default);
        Assert.NotNull(info);
        return info.Ready;
    }

    /// <summary>Waits until a queue has so many messages waiting; settlements have no answer, so the broker may need a moment.</summary>
    protected static async Task ReadyBecomesAsync(IBrokerConnection connection, string queue, long expected)
    {
        var patience = new Patience($"{expected} messages waiting in '{queue}'");
        while (await ReadyAsync(connection, queue) != expected)
        {
            await patience.PauseAsync();
        }
    }

    /// <summary>Asserts the fault and returns its exception.</summary>
    protected static async Task<BrokerException> FailsAsync(BrokerFault fault, Func<Task> act)
    {
        var exception = await Assert.ThrowsAsync<BrokerException>(act);
        Assert.Equal(fault, exception.Fault);
        return exception;
    }
}
