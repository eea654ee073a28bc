using System.Diagnostics;
using System.Text;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>A command line in a terminal of 100 by 30 cells, which <c>script</c> of util-linux makes.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private readonly Process _script;
    private readonly Task _reading;
    private readonly StringBuilder _said = new();

    private PseudoTerminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <summary>All that was written to the terminal.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts a command line of bash; <c>brokerserve</c> is the executable that is tested.</summary>
    public static PseudoTerminal Start(string command)
    {
        // A shell starts what it puts into the background with Ctrl-C ignored, and a program leaves it so: the tests may be started like that.
        var start = new ProcessStartInfo(
            "env", ["--default-signal=INT,QUIT", "script", "-qefc", $"stty cols 100 rows 30; set -o pipefail; {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SHELL"] = "/bin/bash";
        start.Environment["PATH"] = AppContext.BaseDirectory + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["TERM"] = "xterm-256color";
        foreach (var name in new[] { "NO_COLOR", "CI", "BROKERSERVE_BROKER" })
        {
            start.Environment.Remove(name);
        }

        return new PseudoTerminal(Process.Start(start)!);
    }

    public async Task TypeAsync(char letter)
    {
        await _script.StandardInput.WriteAsync(letter);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>Completes when a text was written.</summary>
    public async Task SaysAsync(string text)
    {
        await Within.ReasonAsync(UntilAsync(), $"the terminal said '{text}'");

        async Task<bool> UntilAsync()
        {
            while (!Said.Contains(text, StringComparison.Ordinal))
            {
                Assert.False(_reading.IsCompleted, $"The command ended and had not said '{text}':\n{Said}");
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }

            return true;
        }
    }

    /// <summary>Waits for the end of the command; returns what it exited with.</summary>
    public async Task<int> EndAsync()
    {
        await Within.ReasonAsync(WaitAsync(), "the command in the terminal ended");
        return _script.ExitCode;

        async Task<bool> WaitAsync()
        {
            await _reading;
            await _script.WaitForExitAsync();
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: true);
            await _script.WaitForExitAsync();
        }

        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        var some = new char[4_096];
        while (await _script.StandardOutput.ReadAsync(some) is > 0 and var count)
        {
            lock (_said)
            {
                _said.Append(some, 0, count);
            }
        }
    }
}
