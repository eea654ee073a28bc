using System.Diagnostics.Metrics;
using BrokerServe.Client.Calls;
using BrokerServe.Client.Publishing;
using BrokerServe.Client.Replies;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client;

/// <summary>Calls endpoints over one broker, with a connection to publish on and one to receive replies on.</summary>
/// <remarks>
/// Resolve it from a container (<c>AddBrokerServeClient</c>) or make it with
/// <see cref="ConnectAsync(IBroker, BrokerServeClientOptions?, TimeProvider?, ILoggerFactory?, CancellationToken)"/>.
/// It connects with its first call, or when its host starts, and comes back by itself after a lost connection. Safe for any thread.
/// </remarks>
public sealed partial class BrokerServeClient : IBrokerServeClient, IMovingPart, IAsyncDisposable
{
    private readonly BrokerServeClientOptions _options;
    private readonly IBroker _broker;
    private readonly string _correlationPrefix;
    private readonly ClientClock _clock;
    private readonly CallTable _calls;
    private readonly Callers? _callers; // Null where nobody asks for their motion.
    private readonly Mailbox _mailbox = new();
    private readonly Gate _gate;
    private readonly FramedEndpoints _frames;
    private readonly DeadlineSweep _sweep;
    private readonly ClientMetrics _metrics;
    private readonly PublishLoop _publishLoop;
    private readonly ReplyConnection _replyConnection;
    private readonly PublishConnection _publishConnection;
    private readonly ConnectionSupervisor _replySupervisor;
    private readonly ConnectionSupervisor _publishSupervisor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;

    internal BrokerServeClient(
        IBroker broker, BrokerServeClientOptions options, TimeProvider time, ILogger logger, IMeterFactory? meters)
    {
        _options = options;
        _broker = broker;
        _logger = logger;

        // 48 random bits tell the clients of one system apart; the name before them is for people.
        var instance = Guid.NewGuid().ToString("N")[..12];
        ClientId = $"{options.Name}-{instance}";
        _correlationPrefix = $"{instance}-";
        _clock = new ClientClock(time);
        _callers = Callers.For(time);
        _calls = new CallTable(options.MaxPendingCalls, _mailbox);
        _gate = new Gate(broker.DisplayName, _mailbox);
        _frames = new FramedEndpoints(options.CoalesceRequests);
        _sweep = new DeadlineSweep(_calls, _clock, _gate, _mailbox);
        _metrics = new ClientMetrics(meters, _calls, ClientId);

        var names = new ObjectNames(options.Prefix);
        var watched = new ReportingBroker(broker, _gate);
        var messages = new OutboundMessages(names, options.AppId ?? ClientId);
        var maxFrameBytes = options.CoalesceRequests ? Math.Min(FrameLimits.MaxFrameBytes, broker.Limits.MaxBodyBytes) : 0;
        var sender = new CallSender(messages, _calls, _gate, _clock, options.CoalesceRequests, logger);
        _publishLoop = new PublishLoop(sender, messages, _calls, _mailbox, _gate, _clock, _frames, maxFrameBytes, logger);
        _replyConnection = new ReplyConnection(
            broker.DisplayName, ClientId, names, _correlationPrefix, _calls, _frames, _gate, _metrics, logger, _stopping.Token);
        _publishConnection = new PublishConnection(
            broker.DisplayName, names, _correlationPrefix, _calls, _mailbox, _gate, time, logger, _stopping.Token);
        _replySupervisor = new ConnectionSupervisor(watched, $"{ClientId} replies", options.Reconnect, time, logger);
        _publishSupervisor = new ConnectionSupervisor(watched, $"{ClientId} publish", options.Reconnect, time, logger);
        _middleware = Chain();
    }

    /// <summary>What this client is called at the broker: its name and random letters, the same across reconnects.</summary>
    public string ClientId { get; }

    /// <summary>Calls can be sent and answered right now: both connections are up, and a router has declared what they need.</summary>
    /// <remarks>Nothing need wait for it: a call that is made before waits for its own time.</remarks>
    public bool IsReady => _gate.IsOpen;

    /// <summary>Slots of calls under way, and of calls that have ended which the publishing loop has not let go of yet.</summary>
    internal int SlotsInUse => _calls.CountInUse();

    /// <summary>What is known of the endpoints' taste for frames.</summary>
    internal FramedEndpoints Frames => _frames;

    /// <summary>The publishing loop has looked at every call and waits for something to happen.</summary>
    internal bool IsQuiet => _mailbox.IsQuiet;

    /// <summary>One sentence for people on why <see cref="IsReady"/> is false.</summary>
    internal string NotReadyReason => _gate.Describe();

    /// <inheritdoc/>
    public ValueTask<TReply> InvokeAsync<TRequest, TReply>(
        string endpoint, TRequest request, InvokeOptions? options = null, CancellationToken cancellationToken = default) =>
        _middleware is not null ? InvokeThroughAsync<TRequest, TReply>(_middleware, endpoint, request, options, cancellationToken)
            : _callers is null ? InvokeDirectAsync<TRequest, TReply>(endpoint, request, options, cancellationToken)
            : _callers.Begin().Follow(InvokeDirectAsync<TRequest, TReply>(endpoint, request, options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<RawReply> InvokeRawAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options = null, CancellationToken cancellationToken = default) =>
        _middleware is not null ? InvokeRawThroughAsync(_middleware, endpoint, payload, options, cancellationToken)
            : _callers is null ? InvokeRawDirectAsync(endpoint, payload, options, cancellationToken)
            : _callers.Begin().Follow(InvokeRawDirectAsync(endpoint, payload, options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask SendAsync<TRequest>(
        string endpoint, TRequest request, InvokeOptions? options = null, CancellationToken cancellationToken = default) =>
        _middleware is not null ? SendThroughAsync(_middleware, endpoint, request, options, cancellationToken)
            : _callers is null ? SendDirectAsync(endpoint, request, options, cancellationToken)
            : _callers.Begin().Follow(SendDirectAsync(endpoint, request, options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask SendRawAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options = null, CancellationToken cancellationToken = default) =>
        _middleware is not null ? SendRawThroughAsync(_middleware, endpoint, payload, options, cancellationToken)
            : _callers is null ? SendRawDirectAsync(endpoint, payload, options, cancellationToken)
            : _callers.Begin().Follow(SendRawDirectAsync(endpoint, payload, options, cancellationToken));
}
