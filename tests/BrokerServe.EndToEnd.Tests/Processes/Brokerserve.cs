using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>One process of the executable, as an operator would start it. Disposing it ends it, politely first.</summary>
internal sealed class Brokerserve : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly ConcurrentQueue<(string Text, long At)> _lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _awaited = new(StringComparer.Ordinal);
    private bool _isSuspended;

    private Brokerserve(Process process) => _process = process;

    /// <summary>What it wrote to standard output.</summary>
    public string Output => Read(_output);

    /// <summary>What it wrote to standard error.</summary>
    public string Error => Read(_error);

    /// <summary>The lines of standard error, each with when it was read, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyCollection<(string Text, long At)> Lines => _lines;

    /// <summary>Starts <c>brokerserve</c> with these arguments.</summary>
    public static Brokerserve Start(string? brokerUri, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Executable());
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["BROKERSERVE_BROKER"] = brokerUri ?? "";
        var brokerserve = new Brokerserve(new Process { StartInfo = start });
        brokerserve._process.OutputDataReceived += (_, line) => Append(brokerserve._output, line.Data);
        brokerserve._process.ErrorDataReceived += (_, line) => brokerserve.Hear(line.Data);
        brokerserve._process.Start();
        brokerserve._process.BeginOutputReadLine();
        brokerserve._process.BeginErrorReadLine();
        return brokerserve;
    }

    /// <summary>Completes when a line with this text in it is written to standard error from now on.</summary>
    /// <returns>When it was read, by <see cref="Stopwatch.GetTimestamp"/>.</returns>
    public Task<long> SaysAsync(string text) =>
        _awaited.GetOrAdd(text, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it exited with.</returns>
    public async Task<int> WaitAsync(TimeSpan patience)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{string.Join(' ', _process.StartInfo.ArgumentList.Skip(1))}' did not end within {patience}. It said:\n{Output}\n{Error}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Holds it where it is, as <c>kill -STOP</c> does: to others it is silent and not gone.</summary>
    public void Suspend()
    {
        Signal("STOP");
        _isSuspended = true;
    }

    /// <summary>Lets it go on, as <c>kill -CONT</c> does.</summary>
    public void Resume()
    {
        Signal("CONT");
        _isSuspended = false;
    }

    /// <summary>Asks it to end, as an operator's SIGTERM does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Asks it to end, as Ctrl+C does.</summary>
    public void Interrupt() => Signal("INT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            if (_isSuspended)
            {
                Resume(); // It could not hear that it is to end.
            }

            Terminate();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Hear(string? line)
    {
        Append(_error, line);
        _lines.Enqueue((line ?? "", Stopwatch.GetTimestamp()));
        foreach (var text in _awaited.Keys.Where(text => line?.Contains(text, StringComparison.Ordinal) is true))
        {
            if (_awaited.TryRemove(text, out var heard))
            {
                heard.SetResult(Stopwatch.GetTimestamp());
            }
        }
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

    /// <summary>The executable of the configuration that the tests were built in.</summary>
    private static string Executable([CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
        var built = Path.GetRelativePath(Path.Combine(root, "tests"), AppContext.BaseDirectory);
        built = built[(built.IndexOf(Path.DirectorySeparatorChar) + 1)..]; // Without the name of the project.
        return Path.GetFullPath(Path.Combine(root, "src/BrokerServe.Host", built, "brokerserve.dll"));
    }
}
