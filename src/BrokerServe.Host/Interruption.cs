using System.Runtime.InteropServices;

namespace BrokerServe.Host;

/// <summary>Turns SIGINT and SIGTERM into a token, for commands that run no host. A second signal ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _interrupted.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _interrupted.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        if (!_interrupted.IsCancellationRequested)
        {
            signal.Cancel = true;
            _interrupted.Cancel();
        }
    }
}
