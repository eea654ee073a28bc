using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using BrokerServe.Bench.Subjects;
using BrokerServe.Probe;

namespace BrokerServe.Bench.Running;

/// <summary>A process that this one has started, and ends.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const int SigTerm = 15;

    /// <summary>How long a process may take to be ready: 64 replicas behind a thousand others connect for tens of seconds.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    /// <summary>How long it may take to end when it is told to: routers and workers drain.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Task _logging;
    private readonly string _log;
    private readonly string _probeFolder;

    private Child(ProcessSpec spec, Process process, string log, string probeFolder)
    {
        Spec = spec;
        _process = process;
        Id = process.Id;
        _log = log;
        _probeFolder = probeFolder;
        _logging = LogAsync();
    }

    public ProcessSpec Spec { get; }

    public int Id { get; }

    /// <summary>Starts a process; it is not ready yet.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="probe">The assembly that the runtime loads into it, so that it can be asked what it has allocated.</param>
    /// <param name="folder">For its log and its socket.</param>
    public static Child Start(ProcessSpec spec, string probe, string folder)
    {
        var start = new ProcessStartInfo(spec.File, spec.Arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = probe;
        start.Environment[ProbeServer.FolderVariable] = folder;
        foreach (var (name, value) in spec.Variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{spec.File} did not start.");
        return new Child(spec, process, Path.Combine(folder, $"{spec.Name}.log"), folder);
    }

    /// <summary>Starts a process that stays, and waits until it is ready.</summary>
    public static async Task<Child> StartReadyAsync(ProcessSpec spec, string probe, string folder, CancellationToken stopping)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var child = Start(spec.Readiness == Readiness.Health ? spec with { Arguments = [.. spec.Arguments, "--http", url] } : spec, probe, folder);
        try
        {
            var ready = spec.Readiness == Readiness.Health ? child.HealthAsync(url, stopping) : child.LineAsync("ready", stopping);
            await ready.WaitAsync(StartLimit, stopping);
            return child;
        }
        catch (TimeoutException)
        {
            await child.DisposeAsync();
            throw new BenchException($"{spec.Name} was not ready within {StartLimit.TotalSeconds} s. {child.LastWords()}");
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next line that it prints; null when it prints no more.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken stopping) => _process.StandardOutput.ReadLineAsync(stopping);

    /// <summary>Says a line to it.</summary>
    /// <exception cref="BenchException">It does not listen any more.</exception>
    public async Task WriteLineAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            throw new BenchException($"{Spec.Name} does not listen. {LastWords()}");
        }
    }

    /// <exception cref="BenchException">It has ended.</exception>
    public void CheckAlive()
    {
        if (_process.HasExited)
        {
            throw new BenchException($"{Spec.Name} ended with code {_process.ExitCode}. {LastWords()}");
        }
    }

    /// <summary>Asks its probe; see <see cref="ProbeServer"/>.</summary>
    public async Task<string> AskAsync(string question)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(ProbeServer.PathOf(_probeFolder, Id)));
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        using var reader = new StreamReader(stream);
        await writer.WriteLineAsync(question);
        return await reader.ReadLineAsync() ?? throw new BenchException($"{Spec.Name} did not answer '{question}'.");
    }

    /// <summary>What it wrote to standard error last, for whoever looks for a reason.</summary>
    public string LastWords() => File.Exists(_log) ? string.Join(Environment.NewLine, File.ReadLines(_log).TakeLast(20)) : "";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close(); // A load waits for the next line.
            _ = Kill(Id, SigTerm);
            using var limit = new CancellationTokenSource(StopLimit);
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }

        await _logging;
        _process.Dispose();
        File.Delete(ProbeServer.PathOf(_probeFolder, Id));
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task LogAsync()
    {
        await using var file = new FileStream(_log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await _process.StandardError.BaseStream.CopyToAsync(file);
    }

    private async Task LineAsync(string wanted, CancellationToken stopping)
    {
        while (await ReadLineAsync(stopping) is { } line)
        {
            if (line == wanted)
            {
                return;
            }
        }

        await _process.WaitForExitAsync(stopping);
        CheckAlive();
    }

    private async Task HealthAsync(string url, CancellationToken stopping)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        while (true)
        {
            CheckAlive();
            try
            {
                using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative), stopping);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, stopping);
        }
    }
}
