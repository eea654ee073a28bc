using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BrokerServe.Packages.Tests;

/// <summary>A command as a user would type it, in a folder. Disposing it ends it, politely first.</summary>
internal sealed class Command : IAsyncDisposable
{
    // A build that takes seconds on an idle machine can take minutes beside others.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly string _line;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Command(string line, Process process)
    {
        _line = line;
        _process = process;
    }

    /// <summary>What it wrote to standard output.</summary>
    public string Output => Read(_output);

    /// <summary>What it wrote to standard error.</summary>
    public string Error => Read(_error);

    /// <summary>Starts a command; its words have no spaces in them.</summary>
    public static Command Start(string folder, IReadOnlyDictionary<string, string> environment, string line)
    {
        var words = line.Split(' ');
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var command = new Command(line, new Process { StartInfo = start });
        command._process.OutputDataReceived += (_, data) => Append(command._output, data.Data);
        command._process.ErrorDataReceived += (_, data) => Append(command._error, data.Data);
        command._process.Start();
        command._process.StandardInput.Close();
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        return command;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it exited with.</returns>
    public async Task<int> WaitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{_line}' did not end within {Patience}. {Said}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits for its end, which must be a good one.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> SucceedAsync()
    {
        var code = await WaitAsync();
        return code == 0 ? Output : throw new InvalidOperationException($"'{_line}' ended with {code}. {Said}");
    }

    /// <summary>Asks it to end, as SIGTERM does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private string Said => $"It said:\n{Output}\n{Error}";

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
