using Microsoft.Extensions.Logging;

namespace BrokerServe.Transport.Supervision;

/// <summary>Keeps one connection alive: connects, runs a session on it, and when that ends connects again, with back-off.</summary>
/// <remarks>One line is logged when the state changes: connected, lost, unreachable and why. Repetitions go to Debug.</remarks>
public sealed class ConnectionSupervisor
{
    private readonly IBroker _broker;
    private readonly string _name;
    private readonly ReconnectOptions _options;
    private readonly TimeProvider _time;
    private readonly SupervisorReport _report;
    private readonly Backoff _backoff;
    private uint _epoch;

    /// <summary>Makes a supervisor; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="broker">Where to connect; the supervisor does not dispose it.</param>
    /// <param name="connectionName">What the broker shows to its operators, and the log says.</param>
    /// <param name="options">How to come back.</param>
    /// <param name="time">What waits are measured by.</param>
    /// <param name="logger">Where it says how the connection is.</param>
    public ConnectionSupervisor(
        IBroker broker, string connectionName, ReconnectOptions options, TimeProvider time, ILogger logger)
        : this(broker, connectionName, options, time, logger, Random.Shared)
    {
    }

    /// <summary>Why there is no connection that lasts, with the kind of fault before it: for health checks. Any thread may ask.</summary>
    /// <value>Null while there is one, and before the first attempt has failed.</value>
    public string? Trouble => _report.Trouble;

    internal ConnectionSupervisor(
        IBroker broker, string connectionName, ReconnectOptions options, TimeProvider time, ILogger logger, Random random)
    {
        _broker = broker;
        _name = connectionName;
        _options = options;
        _time = time;
        _report = new SupervisorReport(logger, broker.DisplayName, connectionName);
        _backoff = new Backoff(options, random);
    }

    /// <summary>Runs sessions until <paramref name="stopping"/>. Once per supervisor.</summary>
    /// <param name="session">
    /// Sets up and works on one connection, and returns when the work is over: because the connection closed, or, after draining,
    /// because <paramref name="stopping"/> fired. A <see cref="BrokerException"/> from it ends the session and is logged, and so does an
    /// <see cref="OperationCanceledException"/> once the connection has closed or <paramref name="stopping"/> fired; any other exception
    /// is a bug and ends the supervisor.
    /// </param>
    /// <param name="stopping">Ends the loop; a running session is awaited, so that it can drain.</param>
    /// <returns>When the last connection has ended after <paramref name="stopping"/> fired; that is no exception.</returns>
    public async Task RunAsync(Func<ConnectionSession, Task> session, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // Step 1: connect, once.
            var (connection, wait) = await TryConnectAsync(stopping).ConfigureAwait(false);

            // Step 2: work on the connection until it ends.
            if (connection is not null)
            {
                wait = await RunSessionAsync(connection, session, stopping).ConfigureAwait(false);
            }

            // Step 3: wait before the next attempt.
            await WaitAsync(wait, stopping).ConfigureAwait(false);
        }
    }

    private async ValueTask<(IBrokerConnection? Connection, TimeSpan Wait)> TryConnectAsync(CancellationToken stopping)
    {
        try
        {
            return (await _broker.ConnectAsync(_name, stopping).ConfigureAwait(false), TimeSpan.Zero);
        }
        catch (BrokerException exception)
        {
            _report.Unreachable(exception);
            return (null, _backoff.AfterFailure(exception.Fault));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return (null, TimeSpan.Zero);
        }
    }

    /// <summary>Returns how long to wait before the next attempt.</summary>
    private async ValueTask<TimeSpan> RunSessionAsync(
        IBrokerConnection connection, Func<ConnectionSession, Task> session, CancellationToken stopping)
    {
        var since = _time.GetTimestamp();
        _epoch++;
        _report.Connected(_epoch);
        BrokerException? failure = null;
        try
        {
            var running = session(new ConnectionSession(connection, _epoch));
            await ReportWhenLastingAsync(running).ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
        catch (BrokerException exception)
        {
            failure = exception;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || connection.Closed.IsCancellationRequested)
        {
            // How a session ends whose awaits observe the connection's token.
        }
        finally
        {
            await DisposeAsync(connection).ConfigureAwait(false);
        }

        if (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }

        // What the session ran into says more than that the connection ended, unless that was all it ran into.
        var reason = failure is null or { Fault: BrokerFault.Unreachable } ? connection.CloseReason ?? failure : failure;
        var lasted = _time.GetElapsedTime(since) >= _options.MaxDelay;
        _report.Lost(reason, lasted);
        return _backoff.AfterLoss(reason, lasted);
    }

    /// <summary>After a session that failed soon, the line that says "connected" waits until this one has proved to last.</summary>
    private async ValueTask ReportWhenLastingAsync(Task running)
    {
        if (!_report.AwaitsProof)
        {
            return;
        }

        using var enough = new CancellationTokenSource();
        var lasted = Task.Delay(_options.MaxDelay, _time, enough.Token);
        if (await Task.WhenAny(running, lasted).ConfigureAwait(false) == lasted)
        {
            _report.Lasting(_epoch);
        }

        await enough.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Says good-bye within a bound; a connection that does not answer is cut and abandoned.</summary>
    private async ValueTask DisposeAsync(IBrokerConnection connection)
    {
        if (connection.Closed.IsCancellationRequested)
        {
            connection.Abort();
        }

        var goodbye = connection.DisposeAsync().AsTask();
        try
        {
            await goodbye.WaitAsync(_options.DisposeTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connection.Abort();
            _report.Abandoned(_options.DisposeTimeout);

            // Whatever becomes of the good-bye later, nobody awaits it: its exception is looked at here, so that it is not "unobserved".
            _ = goodbye.ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        catch (BrokerException)
        {
            // It was on its way out anyway.
        }
    }

    private async ValueTask WaitAsync(TimeSpan delay, CancellationToken stopping)
    {
        if (delay == TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await Task.Delay(delay, _time, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the loop's condition says so.
        }
    }
}
