using BrokerServe.Client.Calls;
using BrokerServe.Client.Hosting;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Client;

/// <content>Connecting and stopping.</content>
public sealed partial class BrokerServeClient
{
    // What was posted before the stop goes out in microseconds, unless the broker has stopped reading; then it is not worth more.
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _lifetime = new();
    private Task? _publishing;
    private Task? _connecting;
    private Task? _disposal;
    private bool _started;
    private bool _closed;

    /// <summary>Makes a client without a container, and waits for its connections.</summary>
    /// <param name="broker">The broker; the client does not dispose it.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="time">Where time comes from; null for the system's.</param>
    /// <param name="loggers">Where log lines go; null for nowhere.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>A client that is connected. Whether a router has run yet shows with the first call.</returns>
    /// <exception cref="BrokerServeException"><see cref="ReplyStatus.Unavailable"/> when the first attempt fails; the message says why.</exception>
    /// <exception cref="ArgumentException">The options are not valid; the message names every fault.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired before the client was connected.</exception>
    public static async Task<BrokerServeClient> ConnectAsync(
        IBroker broker,
        BrokerServeClientOptions? options = null,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        options ??= new BrokerServeClientOptions();
        if (ClientOptionsValidator.Find(options) is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        var logger = (ILogger?)loggers?.CreateLogger<BrokerServeClient>() ?? NullLogger.Instance;
        var client = new BrokerServeClient(broker, options, time ?? TimeProvider.System, logger, meters: null);
        try
        {
            client.Start();
            await client._gate.Connected.WaitAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch (Exception failure)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            if (failure is BrokerException problem)
            {
                throw new BrokerServeException(ReplyStatus.Unavailable, "", problem.Message, innerException: problem);
            }

            throw;
        }
    }

    /// <summary>Begins to connect. Called by the host, or by the first call.</summary>
    internal void Start()
    {
        if (!Volatile.Read(ref _started))
        {
            StartSlow();
        }
    }

    /// <summary>Ends every call under way as <c>shutting_down</c>, then the connections. More calls end at once.</summary>
    /// <remarks>
    /// Any thread, any number of times: it happens once, and all wait for its end. What was posted before, such as cancellations, has a second to
    /// go out, and each connection <see cref="ReconnectOptions.DisposeTimeout"/> for its good-bye.
    /// </remarks>
    public ValueTask DisposeAsync()
    {
        lock (_lifetime)
        {
            return new ValueTask(_disposal ??= StopAsync());
        }
    }

    string? IMovingPart.FindMotion(ref long moves)
    {
        if (!Volatile.Read(ref _started) || Volatile.Read(ref _closed))
        {
            return null; // Its publishing loop does not run yet, or any more.
        }

        moves += _mailbox.Sleeps;
        return !_mailbox.IsQuiet ? $"client {ClientId} publishes"
            : _callers?.AreMoving(_calls, ref moves) is true ? $"a caller of client {ClientId} goes on with its outcome"
            : null;
    }

    /// <summary>Keeps the trace and the culture of whoever comes first out of what runs for ever.</summary>
    internal static AsyncFlowControl? SuppressFlow() => ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();

    private void StartSlow()
    {
        lock (_lifetime)
        {
            if (_started || _closed)
            {
                return;
            }

            ClientLog.Started(_logger, ClientId, _broker.DisplayName, _options.MaxPendingCalls, _options.DefaultTimeout);

            using (SuppressFlow())
            {
                _publishing = _publishLoop.RunAsync();
                _connecting = Task.WhenAll(
                    WatchAsync(_replySupervisor.RunAsync(_replyConnection.RunSessionAsync, _stopping.Token)),
                    WatchAsync(_publishSupervisor.RunAsync(_publishConnection.RunSessionAsync, _stopping.Token)));
            }

            Volatile.Write(ref _started, true);
        }
    }

    // A supervisor ends before its time only by a defect; then nothing would be sent any more, and nobody would know why.
    private async Task WatchAsync(Task supervisor)
    {
        try
        {
            await supervisor.ConfigureAwait(false);
        }
        catch (Exception defect)
        {
            ClientLog.ConnectionFailed(_logger, defect);
            _gate.Report(new BrokerException(BrokerFault.Other, $"the client's connection ended by a defect: {defect.Message}", defect));
        }
    }

    private async Task StopAsync()
    {
        Volatile.Write(ref _closed, true);
        EndAll();
        if (_publishing is { } publishing && _connecting is { } connecting)
        {
            // What was posted before goes out first (cancellations of calls that were given up); then the connections end, which
            // frees a loop that is stuck on one.
            _publishLoop.Stop();
            try
            {
                await publishing.WaitAsync(FlushTimeout, _clock.Time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                ClientLog.FlushTimedOut(_logger);
            }

            await _stopping.CancelAsync().ConfigureAwait(false);
            await connecting.ConfigureAwait(false);
            await publishing.ConfigureAwait(false);
        }

        await _sweep.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private void EndAll()
    {
        // See TryOpen: the fence between saying "closed" and looking for open calls.
        Interlocked.MemoryBarrier();
        foreach (var call in _calls.Slots)
        {
            if (call is not null && (call.IsWaiting(out var generation) || call.IsSent(out generation)))
            {
                EndForShutdown(call, generation);
            }
        }
    }

    private static void EndForShutdown(PendingCall call, ulong generation)
    {
        // A call may go from waiting to sent and back between two looks; the second pass catches what the first one missed.
        while (!call.TryEndWaiting(generation, Endings.ShuttingDownUnsent)
            && !call.TryEndSent(generation, Endings.ShuttingDownSent)
            && call.IsOpen(generation))
        {
        }
    }
}
