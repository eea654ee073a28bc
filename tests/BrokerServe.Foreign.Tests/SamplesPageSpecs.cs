using System.Text.RegularExpressions;
using BrokerServe.Foreign.Tests.Languages;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The commands that samples/README.md shows do what it says, with the endpoint that README.md configures.</summary>
public sealed partial class SamplesPageSpecs : ForeignSpecs
{
    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    public async Task The_commands_of_the_page_work(string folder)
    {
        var language = Language.Of(folder);
        await System.StartRouterAsync(Splitting("greet", new Dictionary<string, double> { ["greet-v1"] = 0.9, ["greet-v2"] = 0.1 }));
        var page = await File.ReadAllTextAsync(Path.Combine(Script.Root, "samples/README.md"));
        var commands = Command().Matches(page).Select(match => (File: match.Groups[1].Value, Arguments: match.Groups[2].Value))
            .Where(command => command.File.EndsWith("." + language.Extension, StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(["worker", "worker", "producer", "producer"], commands.Select(command => Path.GetFileNameWithoutExtension(command.File)));

        Run(commands[0]);
        Run(commands[1]);
        Assert.Equal((0, "\"Hello, Ada!\"", ""), await EndAsync(Run(commands[2])));
        var (code, output, error) = await EndAsync(Run(commands[3]));
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("deadline_exceeded:", error, StringComparison.Ordinal);

        Script Run((string File, string Arguments) command) =>
            Start(language, command.File, Word().Matches(command.Arguments).Select(word => word.Value.Trim('\'')));
    }

    [GeneratedRegex("^    [a-z0-9]+ (samples/\\S+) (.*?)(?: &)?$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex Word();
}
