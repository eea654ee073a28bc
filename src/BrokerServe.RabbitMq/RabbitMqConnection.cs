using BrokerServe.RabbitMq.Connecting;
using BrokerServe.RabbitMq.Consuming;
using BrokerServe.RabbitMq.Publishing;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.RabbitMq;

/// <summary>One AMQP connection.</summary>
/// <remarks>
/// How it ends: (1) consumers and publishers let no further callback through; (2) the last callback comes out; (3) <see cref="Closed"/>
/// fires; (4) on disposal the library is told to close, for a limited time; (5) the socket is closed under it in any case.
/// </remarks>
internal sealed partial class RabbitMqConnection : IBrokerConnection
{
    private readonly DialedConnection _dialed;
    private readonly TimeSpan _limit;
    private readonly BrokerLimits _limits;
    private readonly ILogger _logger;
    private readonly AdminChannel _admin;
    private readonly ConnectionEnd _end = new();
    private readonly Lock _lock = new();
    private readonly HashSet<CallbackGate> _gates = []; // Under _lock: of the open consumers and publishers.
    private Task? _ending; // Under _lock: set once, when the end begins.
    private Task? _goodbye; // Under _lock: set once, by the first disposal.
    private volatile bool _blocked;

    public RabbitMqConnection(string name, DialedConnection dialed, BrokerLimits limits, TimeSpan limit, ILogger logger)
    {
        Name = name;
        _dialed = dialed;
        _limit = limit;
        _limits = limits;
        _logger = logger;
        _admin = new AdminChannel(dialed.Amqp, limit, _end);
        dialed.Amqp.ConnectionBlockedAsync += OnBlockedAsync;
        dialed.Amqp.ConnectionUnblockedAsync += OnUnblockedAsync;
        dialed.Amqp.ConnectionShutdownAsync += OnShutdownAsync;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public CancellationToken Closed => _end.Token;

    /// <inheritdoc/>
    public BrokerException? CloseReason => _end.Reason;

    /// <inheritdoc/>
    public bool IsBlocked => _blocked;

    /// <summary>When and why the connection ended.</summary>
    public ConnectionEnd End => _end;

    /// <summary>True as soon as the end has begun; the callbacks may not be over yet.</summary>
    public bool IsEnding
    {
        get
        {
            lock (_lock)
            {
                return _ending is not null;
            }
        }
    }

    /// <summary>How long handing something to the socket may take.</summary>
    public TimeSpan Limit => _limit;

    /// <summary>This side's port, by which a test's proxy knows the connection.</summary>
    public int LocalPort => _dialed.Amqp.LocalPort;

    /// <summary>Waits for the broker's first answer: only that shows that it let us into the virtual host.</summary>
    public Task GreetAsync(CancellationToken cancellationToken) =>
        _admin.RunAsync($"Connecting to {_dialed.Node}", static (_, _) => Task.FromResult(true), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Prefetch, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, ConsumerOptions.MaxPrefetch, nameof(options));
        var what = $"Opening a consumer of queue '{options.Queue}'";
        var channel = await OpenChannelAsync(confirms: false, what, cancellationToken).ConfigureAwait(false);
        var consumer = new RabbitMqConsumer(this, channel, options, _logger);
        try
        {
            await consumer.LimitAsync(options.Prefetch, cancellationToken).ConfigureAwait(false);
            return consumer;
        }
        catch
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IPublisher> OpenPublisherAsync(PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken)
    {
        var channel = await OpenPublishChannelAsync(options.Confirms, cancellationToken).ConfigureAwait(false);
        return new RabbitMqPublisher(this, channel, options, events, _limits, _logger);
    }

    /// <summary>Opens a channel for a publisher.</summary>
    public Task<BoundedChannel> OpenPublishChannelAsync(bool confirms, CancellationToken cancellationToken) =>
        OpenChannelAsync(confirms, "Opening a publisher", cancellationToken);

    /// <summary>Includes a consumer or publisher in the connection's end, which may have begun.</summary>
    public void Join(CallbackGate gate)
    {
        lock (_lock)
        {
            if (_ending is null)
            {
                _gates.Add(gate);
                return;
            }
        }

        gate.Shut();
    }

    /// <summary>Forgets a consumer or publisher that was disposed.</summary>
    public void Part(CallbackGate gate)
    {
        lock (_lock)
        {
            _gates.Remove(gate);
        }
    }

    private Task<BoundedChannel> OpenChannelAsync(bool confirms, string what, CancellationToken cancellationToken) =>
        BoundedChannel.OpenAsync(_dialed.Amqp, confirms, what, _limit, _end, cancellationToken);
}
