using System.Diagnostics.Metrics;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Reports;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Routing;
using BrokerServe.Router.Sessions;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BrokerServe.Router.Hosting;

/// <summary>The router as a hosted service: puts its stages together, keeps both connections alive, and stops in the reverse order of the walk.</summary>
internal sealed partial class RouterService : IHostedService, IRoutingObserver, IMovingPart, IAsyncDisposable
{
    /// <summary>How often leases are looked at; a heartbeat goes out every fourth time.</summary>
    private const int LooksPerHeartbeat = 4;

    private readonly RouterOptions _options;
    private readonly RoutingControl _control;
    private readonly RouterParts _parts;
    private readonly Incarnations _incarnations;
    private readonly RouterAnnouncer _announcer;
    private readonly ConsumingSide _consuming;
    private readonly PublishingSide _publishing;
    private readonly QueueLengthReporter _reporter;
    private readonly ConnectionSupervisor _consumeSupervisor;
    private readonly ConnectionSupervisor _publishSupervisor;
    private readonly ControlFollower? _follower; // Null when the configuration says what is served.
    private readonly ConnectionSupervisor? _controlSupervisor;
    private readonly ILogger _logger;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly CancellationTokenSource _stopConsuming = new();
    private readonly CancellationTokenSource _stopBeating = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly CancellationTokenSource _stopPublishing = new();
    private readonly CancellationTokenSource _stopFollowing = new();
    private Metronome? _metronome;
    private volatile bool _hasReported;
    private Task _consumes = Task.CompletedTask;
    private Task _publishes = Task.CompletedTask;
    private Task _follows = Task.CompletedTask;
    private Task _announces = Task.CompletedTask;
    private Task _reports = Task.CompletedTask;

    public RouterService(
        IBroker broker,
        RoutingControl control,
        IOptions<RouterOptions> options,
        ILoggerFactory loggers,
        TimeProvider? time = null,
        IMeterFactory? meters = null,
        ReportBoard? board = null,
        IHostApplicationLifetime? lifetime = null)
    {
        _lifetime = lifetime;
        time ??= TimeProvider.System;
        _options = options.Value;
        _control = control;
        _logger = loggers.CreateLogger<RouterService>();

        var id = RouterIdentity.Draw(_options.RouterId);
        var names = new ObjectNames(_options.Prefix);
        var clock = new RouterClock(time);
        var metrics = new RouterMetrics(meters);
        var budget = new ByteBudget(_options.MaxBufferedBytes);
        var desk = new AnswerDesk(names, _options.SharedQueueType, clock, metrics, budget, loggers);
        var frames = new FramePublisher(clock, loggers.CreateLogger<FramePublisher>());
        var loops = new DispatchLoops((backend, slots) =>
            new DispatchLoop(
                id, backend, slots, clock, frames, desk, metrics, (int)_options.ClockSkew.TotalMilliseconds, () => _consuming!.GiveUpEpoch(), loggers.CreateLogger<DispatchLoop>()));
        var directory = new ReplicaDirectory(id, loops, control, clock, queue => frames.Post(new OutboundFrame().Fill(
            "", queue, new MessageProperties { ContentType = ContentTypes.Command }, PooledBytes.CopyOf(new FenceCommand(id).Encode()), null, null)));
        _parts = new RouterParts(
            id, names, broker, clock, control, metrics, budget, desk, frames, loops, directory, new EndpointIds(), board ?? new ReportBoard(time), _options.SharedQueueType);
        metrics.Observe(loops);
        _reporter = new QueueLengthReporter(_parts);
        _incarnations = new Incarnations(id, loops);
        _announcer = new RouterAnnouncer(id, names, _options, frames);
        _consuming = new ConsumingSide(_parts, _incarnations, _announcer, Report, loggers);
        _publishing = new PublishingSide(_parts, _incarnations, _announcer);
        var supervision = loggers.CreateLogger<ConnectionSupervisor>();
        _consumeSupervisor = new ConnectionSupervisor(broker, $"{id} consume", _options.Reconnect, time, supervision);
        _publishSupervisor = new ConnectionSupervisor(broker, $"{id} publish", _options.Reconnect, time, supervision);
        if (_options.ControlLog)
        {
            _follower = new ControlFollower(names, control, directory, _options, time, loggers.CreateLogger<ControlFollower>());
            _controlSupervisor = new ConnectionSupervisor(broker, $"{id} control", _options.Reconnect, time, supervision);
        }
    }

    /// <summary>What a health check says.</summary>
    public bool IsConsuming => _consuming.IsConnected;

    /// <summary>What a health check says. A broker in alarm keeps the connection and takes nothing from it.</summary>
    public bool IsPublishing => _publishing is { IsConnected: true, IsBlocked: false };

    /// <summary>Why there is no connection to consume on; null while there is, or none was tried yet.</summary>
    public string? ConsumeTrouble => _consumeSupervisor.Trouble;

    /// <summary>Why there is no connection to publish on; null while there is, or none was tried yet.</summary>
    public string? PublishTrouble => _publishSupervisor.Trouble;

    /// <summary>Why the control log is not being followed; null while it is, or while there is none.</summary>
    public string? ControlTrouble => _controlSupervisor?.Trouble;

    /// <summary>What a health check says; null when the configuration says what is served.</summary>
    public ControlFollower? Follower => _follower;

    /// <summary>The parts, for what reads them: reports, demo, tests.</summary>
    internal RouterParts Parts => _parts;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogStarting(_parts.RouterId, _parts.Names.Prefix);
        _control.Attach(this);
        _metronome = new Metronome(_parts.Clock.Time, _parts.Loops);
        _publishes = WatchAsync(_publishSupervisor.RunAsync(session => _publishing.RunAsync(session, _giveUp.Token), _stopPublishing.Token));
        _follows = WatchAsync(FollowAsync());
        _consumes = WatchAsync(ConsumeAsync());
        _announces = BeatAsync(_options.HeartbeatInterval / LooksPerHeartbeat, LookAndAnnounce);
        _reports = BeatAsync(QueueLengthReporter.Interval, _ => Report());
        return Task.CompletedTask;
    }

    /// <summary>Stops taking requests in, gives back what is not dispatched, waits for what is, answers it, and leaves.</summary>
    /// <param name="cancellationToken">The host's patience: what is unsettled when it ends is delivered again, to another router.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var impatience = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _giveUp);
        await _stopConsuming.CancelAsync().ConfigureAwait(false);
        await _consumes.ConfigureAwait(false);
        await _stopBeating.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_announces, _reports).ConfigureAwait(false);
        await _stopFollowing.CancelAsync().ConfigureAwait(false);
        await _follows.ConfigureAwait(false);
        SayGoodBye();
        await _stopPublishing.CancelAsync().ConfigureAwait(false);
        _publishing.Complete();
        await _publishes.ConfigureAwait(false);
        _control.Detach();
        _metronome?.Dispose();
        await _parts.Loops.CompleteAsync().ConfigureAwait(false);
        LogStopped(_parts.RouterId);
    }

    public void OnTableChanged(RoutingTable before, RoutingTable after, RoutingChange change)
    {
        foreach (var endpoint in change.EndpointsAdded)
        {
            _parts.EndpointIds.Add(endpoint);
        }

        foreach (var backend in change.BackendsAdded)
        {
            _incarnations.Introduce(_parts.Loops.Add(after.Backends[backend]));
            _parts.Directory.Refresh(backend);
            _parts.Directory.SetStatic(backend, after.Backends[backend].Config.StaticReplicas);
        }

        foreach (var backend in change.BackendsChanged)
        {
            var model = after.Backends[backend];
            _parts.Loops.Of(backend)?.Post(new ControlMail(dispatcher => dispatcher.Reconfigure(model)));
            _parts.Directory.SetStatic(backend, model.Config.StaticReplicas);
            _parts.Directory.Refresh(backend);
        }

        foreach (var backend in change.BackendsRemoved)
        {
            _parts.Directory.SetStatic(backend, []);
            _parts.Loops.Remove(backend, dispatcher => dispatcher.Remove());
        }

        foreach (var backend in change.BackendsForgotten)
        {
            _parts.Directory.SetStatic(backend, []);
            _parts.Loops.Remove(backend, dispatcher => dispatcher.Forget());
        }

        foreach (var endpoint in change.EndpointsRemoved)
        {
            if (_parts.EndpointIds.TryGet(endpoint, out var id))
            {
                _parts.Loops.Post(dispatcher => dispatcher.RemoveEndpoint(id, endpoint));
            }
        }

        _consuming.Look(change.EndpointsRemoved);
    }

    public string? FindMotion(ref long moves)
    {
        // All of them are looked at, whatever the first ones say: the sum must be comparable.
        var busy = _parts.Loops.FindBusy(ref moves);
        var writes = !_parts.Frames.IsQuiet(ref moves);
        var answers = !_parts.Desk.AtLeastOnce.IsQuiet(ref moves) | !_parts.Desk.AtMostOnce.IsQuiet(ref moves);
        return busy is not null ? $"router {_parts.RouterId} dispatches to {busy.Backend}"
            : writes ? $"router {_parts.RouterId} writes to replicas"
            : answers ? $"router {_parts.RouterId} answers"
            : null;
    }

    public ValueTask DisposeAsync()
    {
        _metronome?.Dispose();
        _parts.Metrics.Dispose();
        _stopConsuming.Dispose();
        _stopBeating.Dispose();
        _giveUp.Dispose();
        _stopPublishing.Dispose();
        _stopFollowing.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task FollowAsync() => _follower is null
        ? Task.CompletedTask
        : _controlSupervisor!.RunAsync(session => _follower.RunAsync(session, _stopFollowing.Token), _stopFollowing.Token);

    /// <summary>Nothing is consumed before it is known what is served: a router that knows no endpoint would refuse requests to all of them.</summary>
    private async Task ConsumeAsync()
    {
        if (_follower is not null)
        {
            await Task.WhenAny(_follower.CaughtUp, Task.Delay(Timeout.Infinite, _stopConsuming.Token)).ConfigureAwait(false);
            _consuming.Look(_follower.FindRemoved());
        }

        await _consumeSupervisor.RunAsync(
            session => _consuming.RunAsync(session, _stopConsuming.Token, _giveUp.Token), _stopConsuming.Token).ConfigureAwait(false);
    }

    /// <summary>A connection's supervision ended by a defect of ours: a router without it is none, so the host stops, and is started anew by whoever keeps it.</summary>
    private async Task WatchAsync(Task supervision)
    {
        try
        {
            await supervision.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The top of a loop: it ends, and the host with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogSupervisionFailed(_parts.RouterId, exception);
            _lifetime?.StopApplication();
        }
    }

    private void LookAndAnnounce(long count)
    {
        if (_publishing.IsBlocked)
        {
            _parts.Directory.RenewLeases();
        }
        else
        {
            _parts.Directory.Expire();
        }

        if (count % LooksPerHeartbeat == 0)
        {
            _announcer.Announce();
        }
    }

    private void Report()
    {
        // Before the first epoch the exchange may not be there, and a message to a missing exchange costs the channel.
        if (_consuming.IsConnected)
        {
            _reporter.Report();
            _hasReported = true;
        }
    }

    // Where it never reported the exchange may not be there: see above.
    private void SayGoodBye()
    {
        if (_hasReported)
        {
            _reporter.SayGoodBye();
        }
    }

    private async Task BeatAsync(TimeSpan period, Action<long> beat)
    {
        using var timer = new PeriodicTimer(period, _parts.Clock.Time);
        try
        {
            for (var count = 0L; await timer.WaitForNextTickAsync(_stopBeating.Token).ConfigureAwait(false); count++)
            {
                Beat(beat, count);
            }
        }
        catch (OperationCanceledException)
        {
            // The router stops.
        }
    }

    private void Beat(Action<long> beat, long count)
    {
        try
        {
            beat(count);
        }
#pragma warning disable CA1031 // The top of a loop: without heartbeats this router would be given up by everybody, and never say why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogBeatFailed(_parts.RouterId, exception);
        }
    }

    [LoggerMessage(1303, LogLevel.Error, "A heartbeat or report of router {Router} failed. The next one follows.")]
    private partial void LogBeatFailed(string router, Exception exception);

    [LoggerMessage(1304, LogLevel.Critical, "Router {Router} cannot go on. The host stops.")]
    private partial void LogSupervisionFailed(string router, Exception exception);

    [LoggerMessage(1301, LogLevel.Information, "Router {Router} starts, with objects named {Prefix}.*")]
    private partial void LogStarting(string router, string prefix);

    [LoggerMessage(1302, LogLevel.Information, "Router {Router} has stopped.")]
    private partial void LogStopped(string router);
}
