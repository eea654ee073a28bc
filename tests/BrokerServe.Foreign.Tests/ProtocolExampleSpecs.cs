using System.Text.RegularExpressions;
using BrokerServe.Foreign.Tests.Languages;
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
    public async Task The_Python_producer_of_the_protocol_reaches_its_worker_which_drains_on_SIGTERM()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));

        var worker = await ReachAsync(Language.Python);

        worker.Terminate();
        Assert.True(await worker.WaitAsync() == 0, worker.Error);
    }

    [Fact]
    public async Task The_JavaScript_producer_of_the_protocol_reaches_its_worker()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));

        await ReachAsync(Language.Node);
    }

    [Fact]
    public void Every_program_that_the_protocol_shows_is_run()
    {
        var fences = Fence().Matches(Document()).Select(match => match.Groups[1].Value);
        Assert.Equal(["golden", "javascript", "python", "shard-draws", "text"], fences.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(2, Programs(Language.Python).Length);
        Assert.Equal(2, Programs(Language.Node).Length);
    }

    private async Task<Script> ReachAsync(Language language)
    {
        var programs = Programs(language);
        var worker = await StartAsync(language, "worker", programs[1]);
        var producer = await StartAsync(language, "producer", programs[0]);

        Assert.True(await producer.WaitAsync() == 0, producer.Error);
        Assert.Equal("Hello, Ada", producer.Output.Trim());
        return worker;
    }

    // Changed is only what an operator would change: where the broker is, and the prefix, which tests do not share.
    private async Task<Script> StartAsync(Language language, string name, string text)
    {
        var file = Path.Combine(_folder, $"{name}.{language.Extension}");
        await File.WriteAllTextAsync(file, Prefix().Replace(text.Replace("amqp://guest:guest@localhost/", Uri, StringComparison.Ordinal), System.Prefix));
        return Start(language, file, []);
    }

    private static string[] Programs(Language language) =>
        [.. Program().Matches(Document()).Where(match => match.Groups[1].Value == language.Fence).Select(match => match.Groups[2].Value)];

    private static string Document() => File.ReadAllText(Path.Combine(Script.Root, "src/BrokerServe.Protocol/PROTOCOL.md"));

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Program();

    [GeneratedRegex("^```([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("(?<=[\"'`])brokerserve(?=\\.)")]
    private static partial Regex Prefix();
}
