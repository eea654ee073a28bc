using System.Text.RegularExpressions;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The programs that PROTOCOL.md shows run as they stand there.</summary>
public sealed partial class ProtocolExampleSpecs : ForeignSpecs
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brokerserve-examples-").FullName;

    protected override async ValueTask CleanUpAsync()
    {
        await base.CleanUpAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_producer_of_the_protocol_reaches_its_worker_which_drains_on_SIGTERM()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var document = await File.ReadAllTextAsync(Path.Combine(Script.Root, "src/BrokerServe.Protocol/PROTOCOL.md"));
        var examples = Example().Matches(document).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(2, examples.Length);

        var worker = await StartExampleAsync("worker.py", examples[1]);
        var producer = await StartExampleAsync("producer.py", examples[0]);

        Assert.True(await producer.WaitAsync() == 0, producer.Error);
        Assert.Equal("Hello, Ada", producer.Output.Trim());
        worker.Terminate();
        Assert.True(await worker.WaitAsync() == 0, worker.Error);
    }

    // Changed is only what an operator would change: where the broker is, and the prefix, which tests do not share.
    private async Task<Script> StartExampleAsync(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, text
            .Replace("amqp://guest:guest@localhost/", Uri, StringComparison.Ordinal)
            .Replace("\"brokerserve.", $"\"{System.Prefix}.", StringComparison.Ordinal));
        return StartPython(file);
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
