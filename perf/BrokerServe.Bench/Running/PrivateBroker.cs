using System.Diagnostics;
using System.Globalization;

namespace BrokerServe.Bench.Running;

/// <summary>A node for this run alone; see <c>broker.sh</c>. It ends with this process, however that ends.</summary>
internal sealed class PrivateBroker : IBroker
{
    private readonly string _script;
    private readonly string _folder;
    private readonly int _processId;

    private PrivateBroker(string script, string folder, string uri, string version)
    {
        _script = script;
        _folder = folder;
        _processId = int.Parse(File.ReadAllText(Path.Combine(folder, "node.pid")), CultureInfo.InvariantCulture);
        Uri = uri;
        Version = $"RabbitMQ {version}";
    }

    public string Uri { get; }

    public string Version { get; }

    /// <exception cref="BenchException">It does not start.</exception>
    public static async Task<PrivateBroker> StartAsync(string script, string folder)
    {
        var uri = await RunAsync(script, ["start", folder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        return new PrivateBroker(script, folder, uri, await RunAsync(script, ["ctl", folder, "version"]));
    }

    public double? ProcessorSeconds() => ProcessorTime.Of(_processId);

    public async Task<BrokerCounts?> CountAsync() => BrokerCounts.OfErlang(await RunAsync(_script, ["counters", _folder]));

    public async ValueTask DisposeAsync() => await RunAsync(_script, ["stop", _folder]);

    private static async Task<string> RunAsync(string script, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new BenchException("bash does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new BenchException($"broker.sh {string.Join(' ', arguments)}: {await errors}");
    }
}
