using System.Runtime.InteropServices;

namespace BrokerServe.Host.Pictures;

/// <summary>Gives the terminal back before Ctrl-Z stops the process.</summary>
internal sealed class Suspension : IDisposable
{
    private readonly Action<Action> _around;
    private readonly PosixSignalRegistration? _registration;

    /// <summary>Watches for it.</summary>
    /// <param name="around">Gets what stops the process, to run it when the terminal is given back; it returns when the process goes on.</param>
    public Suspension(Action<Action> around)
    {
        _around = around;
        _registration = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGTSTP, OnSignal);
    }

    public void Dispose() => _registration?.Dispose();

    private static void Stop()
    {
        var stop = OperatingSystem.IsLinux() ? 19 : 17; // SIGSTOP: of Linux on x64 and Arm, and of macOS and the BSDs.
        _ = Kill(Environment.ProcessId, stop);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    // .NET does not stop a process for a signal that it has handed out; that is for us to do.
    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _around(Stop);
    }
}
