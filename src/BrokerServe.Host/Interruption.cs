using System.Runtime.InteropServices;

namespace BrokerServe.Host;

/// <summary>Turns SIGINT and SIGTERM into a token, for commands that run no host. A second signal ends the process at once, and so does
/// SIGQUIT.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private readonly Action? _beforeEnd;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _quit;

    /// <summary>Watches for signals.</summary>
    /// <param name="beforeEnd">What must not be left undone when a signal ends the process at once.</param>
    public Interruption(Action? beforeEnd = null)
    {
        _beforeEnd = beforeEnd;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => beforeEnd?.Invoke());
    }

    public CancellationToken Token => _interrupted.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _quit.Dispose();
        _interrupted.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        if (!_interrupted.IsCancellationRequested)
        {
            signal.Cancel = true;
            _interrupted.Cancel();
        }
        else
        {
            _beforeEnd?.Invoke();
        }
    }
}
