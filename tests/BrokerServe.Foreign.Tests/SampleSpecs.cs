using System.Text.Json;
using System.Text.RegularExpressions;
using BrokerServe.Foreign.Tests.Languages;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>What the samples promise of themselves.</summary>
public sealed partial class SampleSpecs
{
    private static readonly string Samples = Path.Combine(Script.Root, "samples");

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    public void Each_has_at_most_60_lines(string folder)
    {
        var language = Language.Of(folder);
        var files = Directory.GetFiles(Path.Combine(Samples, folder), "*." + language.Extension).Select(File.ReadAllLines).ToArray();

        Assert.Equal(3, files.Length);
        Assert.All(files, lines => Assert.InRange(lines.Length, 1, 60));
    }

    [Fact]
    public void The_packages_for_Node_are_pinned_and_whole_and_may_come_from_any_registry()
    {
        var wanted = Read("package.json").GetProperty("dependencies").EnumerateObject().ToDictionary(
            package => "node_modules/" + package.Name, package => package.Value.GetString());
        var locked = Read("package-lock.json").GetProperty("packages").EnumerateObject().Where(package => package.Name.Length > 0).ToArray();

        Assert.All(wanted.Values, version => Assert.Matches(Exact(), version));
        Assert.Equal(wanted, locked.ToDictionary(package => package.Name, package => package.Value.GetProperty("version").GetString()));
        Assert.All(locked, package => Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal));
        Assert.All(locked, package => Assert.False(package.Value.TryGetProperty("resolved", out _)));
    }

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Samples, "node", name))).RootElement;

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex Exact();
}
