using BrokerServe.Host.Watching;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Host.Top;

/// <summary>Shows a system while it works: in a terminal as tables, elsewhere as lines.</summary>
/// <param name="broker">Where it is.</param>
/// <param name="names">Under which names.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="keys">The key that was pressed; null when none was.</param>
internal sealed class TopRun(IBroker broker, ObjectNames names, TopSettings settings, Func<ConsoleKeyInfo?> keys)
{
    // Faster than fingers, slow enough to cost nothing.
    private static readonly TimeSpan KeyPeriod = TimeSpan.FromMilliseconds(40);

    private readonly SystemWatch _watch = new(names, TimeProvider.System);
    private readonly TopState _state = new();
    private volatile bool _isConnected;

    /// <summary>What the person has chosen.</summary>
    internal TopState State => _state;

    /// <summary>Shows it until it is enough; returns what the process exits with.</summary>
    /// <param name="screen">The terminal; null: lines.</param>
    /// <param name="output">Where lines go.</param>
    /// <param name="error">Where the reason goes when there is nothing to show.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<int> RunAsync(TopScreen? screen, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        _state.SetFilter(settings.Filter);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            // Once without a supervisor: whoever mistyped the address wants to read it, and not to wait.
            await using var connection = await broker.ConnectAsync("top", cancellation);
        }
        catch (BrokerException failure)
        {
            await error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }

        var supervisor = new ConnectionSupervisor(broker, "top", new ReconnectOptions(), TimeProvider.System, NullLogger.Instance);
        var watching = supervisor.RunAsync(ListenAsync, enough.Token);
        try
        {
            await (screen is null ? WriteAsync(output, enough.Token) : ShowAsync(screen, enough.Token));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C: the usual end.
        }

        await enough.CancelAsync();
        await watching;
        return ExitCodes.Ok;

        async Task ListenAsync(ConnectionSession session)
        {
            try
            {
                await _watch.ListenAsync(session.Connection, () => _isConnected = true, enough.Token);
            }
            finally
            {
                _isConnected = false;
            }
        }
    }

    private TopFrame Take() => new(_watch.Look(), TimeProvider.System.GetUtcNow(), broker.DisplayName, names.Prefix, _isConnected);

    private async Task WriteAsync(TextWriter output, CancellationToken cancellation)
    {
        for (var count = 0; settings.Count is not { } most || count < most; count++)
        {
            await Task.Delay(settings.Interval, cancellation);
            TopLines.Write(output, Take(), _state, settings.Json);
        }
    }

    private async Task ShowAsync(TopScreen screen, CancellationToken cancellation)
    {
        var frame = Take();
        var taken = TimeProvider.System.GetTimestamp();
        var drawn = (Size: (0, 0), Count: 0);
        for (var isOld = true; !_state.HasQuit;)
        {
            if (!_state.IsPaused && TimeProvider.System.GetElapsedTime(taken) >= (frame.Seen.System.Routers.Count == 0 ? settings.Interval / 4 : settings.Interval))
            {
                (frame, taken, isOld) = (Take(), TimeProvider.System.GetTimestamp(), true);
                drawn.Count++;
            }

            while (!_state.HasQuit && keys() is { } key)
            {
                _state.Press(key, TopSheet.ColumnsInFocus(frame, _state, screen.Size.Width));
                isOld = true;
            }

            if (isOld || drawn.Size != screen.Size)
            {
                screen.Show(frame, _state);
                (drawn.Size, isOld) = (screen.Size, false);
            }

            if (drawn.Count >= settings.Count)
            {
                return;
            }

            await Task.Delay(KeyPeriod, cancellation);
        }
    }
}
