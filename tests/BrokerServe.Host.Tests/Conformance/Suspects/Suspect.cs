using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Transport;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>A small worker, written from PROTOCOL.md, that does one thing wrong, or nothing.</summary>
internal abstract partial class Suspect(IBroker broker, Fault fault) : IAsyncDisposable, IDeliveryHandler
{
    public const string Backend = "suspect-v1";
    public const string SlowMethod = "slow";
    public const string FailingMethod = "fail";

    protected const int OwnLimit = 2;
    private static readonly TimeSpan SlowTakes = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _publishing = new(1);
    private readonly Lock _announcing = new(); // What is announced is what holds when it leaves: no heartbeat overtakes "draining".
    private readonly CancellationTokenSource _ending = new();
    private readonly List<HeldQuery> _waiting = [];
    private readonly HashSet<string> _live = [];
    private readonly HashSet<string> _fenced = [];
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IBrokerConnection? _connection;
    private IConsumer? _consumer;
    private IPublisher? _publisher;
    private Task _beating = Task.CompletedTask;
    private Task _dying = Task.CompletedTask;
    private Suspect? _successor;
    private AnnouncementKind _kind = AnnouncementKind.Heartbeat;
    private int _running;
    private int _isDead;

    public ObjectNames Names { get; } = new();

    public string Replica { get; } = $"suspect-{Guid.NewGuid():N}"[..16];

    /// <summary>Who is started in its place when it dies, as by a supervisor.</summary>
    protected abstract Suspect Successor();

    protected Fault Fault => fault;

    protected IBroker Broker => broker;

    protected Lock Gate { get; } = new();

    /// <summary>Everything that is held, waiting or running.</summary>
    protected List<HeldQuery> Held { get; } = [];

    protected int Limit { get; set; } = OwnLimit;

    private string Queue => Names.ReplicaQueue(Backend, Replica);

    public async Task StartAsync()
    {
        _connection = await broker.ConnectAsync("suspect", default);
        while (!await _connection.ExchangeExistsAsync(Names.Requests, default))
        {
            await Task.Delay(5);
        }

        await _connection.DeclareQueueAsync(new QueueDeclaration(Queue) { Exclusive = fault != Fault.SharesItsQueue }, default);
        if (fault != Fault.DoesNotHearRouters)
        {
            await _connection.BindAsync(Queue, Names.Routers, "", default);
        }

        _publisher = await _connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        _consumer = await _connection.OpenConsumerAsync(new ConsumerOptions(Queue, 60_000), default);
        await _consumer.StartAsync(this, default);
        Announce(AnnouncementKind.Join);
        _beating = BeatAsync();
    }

    /// <summary>As SIGTERM; completes when it has left.</summary>
    public Task StopAsync()
    {
        if (_successor is not null)
        {
            return _successor.StopAsync();
        }

        lock (_announcing)
        {
            _kind = AnnouncementKind.Draining;
            Announce(AnnouncementKind.Draining);
        }

        Advance();
        return _left.Task;
    }

    public void OnDelivery(in Delivery delivery)
    {
        if (_isDead != 0)
        {
            return;
        }

        switch (delivery.Properties.ContentType)
        {
            case ContentTypes.Announcement when RouterAnnouncement.TryDecode(delivery.Body, out var router):
                Hear(router);
                break;
            case ContentTypes.Command when ReplicaCommand.TryDecode(delivery.Body, out var command):
                Obey(command);
                Advance();
                break;
            case ContentTypes.Announcement:
                break;
            case ContentTypes.Command:
                DieOfGarbage();
                break;
            default:
                Receive(delivery);
                Advance();
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        await _dying;
        if (_successor is not null)
        {
            await _successor.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Takes the queries of a message.</summary>
    protected abstract void Receive(in Delivery message);

    /// <summary>Sends an answer.</summary>
    protected abstract void Answer(HeldQuery query, string code, string? contentType, byte[] body);

    protected virtual void Obey(ReplicaCommand command)
    {
        if (command is FenceCommand)
        {
            lock (Gate)
            {
                _fenced.Add(command.Router);
            }
        }
    }

    protected abstract Dialect Dialect { get; }

    protected void Take(HeldQuery query)
    {
        lock (Gate)
        {
            Held.Add(query);
            _waiting.Add(query);
        }
    }

    protected void Say(string exchange, string key, MessageProperties properties, byte[] body)
    {
        _publishing.Wait();
        try
        {
            _publisher!.PublishAsync(new OutboundMessage(exchange, key, Mandatory: false, properties, body)).AsTask().GetAwaiter().GetResult();
        }
        catch (BrokerException)
        {
            // It ends while it speaks.
        }
        finally
        {
            _publishing.Release();
        }
    }

    protected static long EndsAtMs(long timeLeftMs, long deadlineUnixMs) =>
        Environment.TickCount64 + Math.Min(timeLeftMs, deadlineUnixMs - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private void DieOfGarbage()
    {
        if (fault == Fault.DiesOfGarbage && Interlocked.Exchange(ref _isDead, 1) == 0)
        {
            _dying = Task.Run(async () =>
            {
                _connection!.Abort();
                _successor = Successor();
                await _successor.StartAsync();
            });
        }
    }
}
