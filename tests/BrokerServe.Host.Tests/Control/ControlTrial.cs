using System.Text.Json.Nodes;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Control;

/// <summary>A control log in this process, and the commands that use it.</summary>
internal sealed class ControlTrial : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brokerserve-control-").FullName;

    public InMemoryBroker Broker { get; } = new();

    /// <summary>Runs a command; words are separated by spaces.</summary>
    public Task<(int Code, string Output, string Error)> RunAsync(string command) => RunAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await Within.ReasonAsync(
            CommandLine.RunAsync(arguments, output, error, () => new LentBroker(Broker)), $"'{string.Join(' ', arguments)}' ended");
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<string> DoAsync(string command)
    {
        var (code, output, error) = await RunAsync(command);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    /// <summary>Runs a command with --json.</summary>
    public async Task<JsonNode> AskAsync(string command) => JsonNode.Parse((await RunAsync(command + " --json")).Output)!;

    /// <summary>The value of an object.</summary>
    public async Task<string?> ValueAsync(string kind, string name)
    {
        var (code, output, _) = await RunAsync($"get {kind} {name} --json");
        return code == 0 ? JsonNode.Parse(output)!["objects"]![0]!["value"]!.ToJsonString() : null;
    }

    /// <summary>Writes a file and returns its path.</summary>
    public string Save(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
