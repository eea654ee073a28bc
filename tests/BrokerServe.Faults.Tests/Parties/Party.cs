using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace BrokerServe.Faults.Tests.Parties;

/// <summary>One process of the system under test, which is told what to do by its standard input and by signals.</summary>
internal sealed class Party : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _awaited = new(StringComparer.Ordinal);

    private Party(Process process) => _process = process;

    /// <summary>Everything that it said, for messages.</summary>
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

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Memory of the machine that it has right now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <c>brokerserve</c>, as an operator would.</summary>
    public static Party StartBrokerserve(string uri, params IReadOnlyList<string> arguments) =>
        Start("src/BrokerServe.Host", "brokerserve.dll", uri, arguments);

    /// <summary>Starts a program of the tests: a producer, a worker or a router with a journal.</summary>
    public static Party StartProgram(params IReadOnlyList<string> arguments) => Start("tests/BrokerServe.Faults.Parties", "parties.dll", "", arguments);

    /// <summary>Tells it something, and returns its answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        var answer = SaysAsync(command + ": ");
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return (await answer)[(command.Length + 2)..];
    }

    /// <summary>Completes with the first line, said from now on, that has this text in it.</summary>
    public async Task<string> SaysAsync(string text)
    {
        var said = _awaited.GetOrAdd(text, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        try
        {
            return await said.WaitAsync(Patience.Long);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{Line}' did not say '{text}' within {Patience.Long}. It said:\n{Said}");
        }
    }

    /// <summary>Waits until it has ended by itself, well, and returns all it has said.</summary>
    public async Task<string> ReadToEndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience.Long);
        return _process.ExitCode == 0 ? Said : throw new InvalidOperationException($"'{Line}' ended with {_process.ExitCode}. It said:\n{Said}");
    }

    /// <summary><c>kill -9</c>; returns when the process is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            Signal("KILL");
        }

        await _process.WaitForExitAsync().WaitAsync(Patience.Long);
    }

    /// <summary>SIGSTOP: it does nothing any more, and its connections stay.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal("CONT");

    /// <summary>SIGTERM; returns when the process has ended in its own time.</summary>
    public async Task EndAsync()
    {
        Signal("TERM");
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience.Long);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{Line}' did not end within {Patience.Long} of SIGTERM. It said:\n{Said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private string Line => string.Join(' ', _process.StartInfo.ArgumentList.Skip(1));

    private static Party Start(string project, string program, string uri, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Built(project, program), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BROKERSERVE_BROKER"] = uri;
        var party = new Party(new Process { StartInfo = start });
        party._process.OutputDataReceived += (_, line) => party.Hear(line.Data);
        party._process.ErrorDataReceived += (_, line) => party.Hear(line.Data);
        party._process.Start();
        party._process.BeginOutputReadLine();
        party._process.BeginErrorReadLine();
        return party;
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }

        foreach (var text in _awaited.Keys.Where(text => line?.Contains(text, StringComparison.Ordinal) is true))
        {
            if (_awaited.TryRemove(text, out var heard))
            {
                heard.SetResult(line!);
            }
        }
    }

    /// <summary>The program of the configuration that the tests were built in.</summary>
    private static string Built(string project, string program, [CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
        var built = Path.GetRelativePath(Path.Combine(root, "tests"), AppContext.BaseDirectory);
        built = built[(built.IndexOf(Path.DirectorySeparatorChar) + 1)..]; // Without the name of the project.
        return Path.GetFullPath(Path.Combine(root, project, built, program));
    }
}
