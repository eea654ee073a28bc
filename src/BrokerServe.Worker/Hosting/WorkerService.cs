using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Replicas;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker;

/// <summary>One worker of a host: its replicas, from start to drained.</summary>
/// <remarks>
/// Draining begins in <see cref="StoppingAsync"/>, at once for all workers of a host, because the host stops services one after the
/// other. When the host's time is up (<c>HostOptions.ShutdownTimeout</c>), the rest of the grace period is cut.
/// </remarks>
internal sealed class WorkerService : BackgroundService, IHostedLifecycleService, IMovingPart
{
    /// <summary>What a cut may take: cancelled handlers, last words, closing connections, with a second to spare.</summary>
    private static readonly TimeSpan CutTimeout = TimeSpan.FromMilliseconds(Presence.CancelledHandlersMs + 1_000);

    private readonly WorkerModel _model;
    private readonly IBroker _broker;
    private readonly WorkerClock _clock;
    private readonly ILogger _logger;
    private readonly Reconfigurer _reconfigurer;
    private readonly Replica[] _replicas;
    private readonly Motion? _motion;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _cutShort = new();

    public WorkerService(
        WorkerModel model, IBroker broker, IServiceScopeFactory scopes, WorkerMetrics metrics, TimeProvider time,
        ILogger<WorkerService> logger)
    {
        _model = model;
        _broker = broker;
        _logger = logger;
        _clock = new WorkerClock(time);
        _motion = Motion.For(time);
        _reconfigurer = new Reconfigurer(model.Backend, model.Reconfigure, logger);
        _replicas = new Replica[model.Replicas];
        for (var place = 0; place < _replicas.Length; place++)
        {
            _replicas[place] = NewReplica(place, scopes, metrics);
        }
    }

    public string Backend => _model.Backend;

    public int Replicas => _replicas.Length;

    /// <summary>Replicas that are announced and not draining. Any thread.</summary>
    public int ReplicasInService
    {
        get
        {
            var count = 0;
            foreach (var replica in _replicas)
            {
                count += replica.Loop.IsInService ? 1 : 0;
            }

            return count;
        }
    }

    public string? FindMotion(ref long moves) =>
        _motion?.IsMoving(ref moves) is true || Array.Exists(_replicas, replica => replica.Loop.IsSending) ? $"worker {Backend} runs" : null;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _draining.CancelAsync();

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until the replicas have drained, and cuts that short when <paramref name="cancellationToken"/> fires.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _draining.CancelAsync().ConfigureAwait(false);
        if (ExecuteTask is not { } running)
        {
            return;
        }

        using (cancellationToken.UnsafeRegister(static cut => ((CancellationTokenSource)cut!).Cancel(), _cutShort))
        {
            try
            {
                await running.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Nobody has time for the grace period, but whoever waits for a reply still gets one.
                await Task.WhenAny(running, Task.Delay(CutTimeout, _clock.Time, CancellationToken.None)).ConfigureAwait(false);
            }
        }

        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _draining.Dispose();
        _cutShort.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _logger.Starting(
            Backend, Replicas, _model.MaxConcurrentQueries, _model.AnnouncedLimit, ReplicaSession.Prefetch, _model.Handlers.Methods, _broker.DisplayName);
        using var ended = new CancellationTokenSource();

        // A host that is disposed without being stopped says so by this token alone.
        using var disposing = stoppingToken.UnsafeRegister(static draining => ((CancellationTokenSource)draining!).Cancel(), _draining);
        var reconfiguring = _reconfigurer.RunAsync(ended.Token);
        try
        {
            var running = Array.ConvertAll(_replicas, replica => replica.RunAsync(_draining.Token, _cutShort.Token));
            var first = await Task.WhenAny(running).ConfigureAwait(false);
            if (first.IsFaulted)
            {
                // A defect of ours: the others drain, and the host hears of it.
                await _draining.CancelAsync().ConfigureAwait(false);
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await reconfiguring.ConfigureAwait(false);
        }
    }

    private Replica NewReplica(int place, IServiceScopeFactory scopes, WorkerMetrics metrics)
    {
        var mailbox = new ReplicaMailbox(_motion);
        var environment = new QueryEnvironment(_model.Backend, _model.Codec, scopes, _clock, metrics, _logger);
        var runner = new QueryRunner(
            _model.Backend, new Outcomes(() => MaxReplyBytes(_broker.Limits)), mailbox, metrics, _clock.Time, _motion, _logger);
        var loop = new ReplicaLoop(
            _model.Backend, place, mailbox, new ReplicaScheduler(_model.Handlers, environment, _model), runner, _reconfigurer, metrics,
            _clock, _logger);
        metrics.Observe(loop);
        return new Replica(
            _model,
            _broker,
            mailbox,
            loop,
            replica => new ReplicaSession(replica, _model, _broker, mailbox, metrics, _clock, _logger),
            _clock.Time,
            _logger);
    }

    /// <summary>
    /// A reply travels in a frame that is a message, with a content type of 255 bytes at most and some headers around it.
    /// </summary>
    private static int MaxReplyBytes(BrokerLimits limits) => Math.Max(0, limits.MaxBodyBytes - 1_024);
}
