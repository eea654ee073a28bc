using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using BrokerServe.EndToEnd.Tests;

namespace BrokerServe.Foreign.Tests;

/// <summary>A process of another language. Disposing it ends it, politely first.</summary>
internal sealed class Script : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Script(Process process) => _process = process;

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    public int Id => _process.Id;

    /// <summary>What it wrote to standard output.</summary>
    public string Output => Read(_output);

    /// <summary>What it wrote to standard error.</summary>
    public string Error => Read(_error);

    /// <summary>Starts a file of the repository with an interpreter.</summary>
    public static Script Start(string interpreter, string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(interpreter, [Path.Combine(Root, file), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var script = new Script(new Process { StartInfo = start });
        script._process.OutputDataReceived += (_, line) => Append(script._output, line.Data);
        script._process.ErrorDataReceived += (_, line) => Append(script._error, line.Data);
        script._process.Start();
        script._process.BeginOutputReadLine();
        script._process.BeginErrorReadLine();
        return script;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it exited with.</returns>
    public async Task<int> WaitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(ServingSystem.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"'{string.Join(' ', _process.StartInfo.ArgumentList)}' did not end within {ServingSystem.Patience}. It said:\n{Output}\n{Error}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks it to end, as an operator's SIGTERM does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Stops it where it is: it lives, its connections stay open, and it says nothing.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>Undoes <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
