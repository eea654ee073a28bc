using System.Diagnostics;
using System.Globalization;

namespace BrokerServe.TestBroker;

/// <summary>A node of the RabbitMQ server that is installed here, with everything it has in one folder; see <c>broker.sh</c>.</summary>
internal sealed class LocalNode : ITestNode
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "broker.sh");

    private readonly string _folder;
    private readonly bool _owned;

    private LocalNode(string folder, bool owned, string uri)
    {
        _folder = folder;
        _owned = owned;
        Uri = uri;
    }

    /// <summary>True when there is a server to start, or <c>broker.sh</c> knows how to get one of a line.</summary>
    public static bool CanStart(int? line) => line is not null || File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server");

    public string Uri { get; private set; }

    public bool CanBeControlled => true;

    /// <summary>Starts a node of our own, which does not outlive this process.</summary>
    public static async Task<ITestNode> StartOwnAsync()
    {
        var node = new LocalNode(NewFolder(), owned: true, uri: "");
        await node.StartAsync();
        return node;
    }

    /// <summary>A node that the test run started.</summary>
    public static LocalNode Shared(string folder, string uri) => new(folder, owned: false, uri);

    /// <summary>Three nodes of our own, of one cluster, which do not outlive this process: what holds them together, and each.</summary>
    public static async Task<(LocalNode Whole, IReadOnlyList<LocalNode> Parts)> StartClusterAsync()
    {
        var whole = new LocalNode(NewFolder(), owned: true, uri: "");
        var uris = (await RunAsync(["cluster", whole._folder, OwnId])).Split('\n');
        return (whole, [.. uris.Select((uri, n) => new LocalNode(Path.Combine(whole._folder, $"{n + 1}"), owned: true, uri))]);
    }

    public async Task StartAsync()
    {
        if (_owned)
        {
            Uri = await RunAsync(["start", _folder, OwnId]);
        }
    }

    public Task<string> RabbitmqctlAsync(IReadOnlyList<string> arguments) => RunAsync(["ctl", _folder, .. arguments]);

    public Task<string> EvaluateAsync(string expression) => RunAsync(["evaluate", _folder, expression]);

    public Task KillAsync() => _owned ? RunAsync(["kill", _folder]) : throw TestBroker.Uncontrolled();

    public Task StopAsync() => _owned ? RunAsync(["stop", _folder]) : Task.CompletedTask;

    private static string OwnId => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static string NewFolder() => Path.Combine(Path.GetTempPath(), $"brokerserve-test-{Guid.NewGuid():N}"[..32]);

    private static async Task<string> RunAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("bash", [Script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"broker.sh {string.Join(' ', arguments)}: {(await errors).Trim()} {(await output).Trim()}");
    }
}
