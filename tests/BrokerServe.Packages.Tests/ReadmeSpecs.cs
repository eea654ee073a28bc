using System.Text.RegularExpressions;

namespace BrokerServe.Packages.Tests;

/// <summary>What the README says of the packages.</summary>
public sealed partial class ReadmeSpecs
{
    public static TheoryData<string> Commands =>
    [
        Readme.Pack, Readme.InstallTool, Readme.InstallTemplates, Readme.Router, Readme.NewWorker, Readme.NewProducer, Readme.RunWorker,
        Readme.RunProducer,
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_these_tests_run_is_in_the_README(string command) =>
        Assert.Contains($"\n    {command}\n", Readme.Text, StringComparison.Ordinal);

    [Fact]
    public void The_command_that_runs_the_sample_is_beside_the_samples() =>
        Assert.Contains($"    {Readme.RunSample}\n", Repository.Read("samples/dotnet/README.md"), StringComparison.Ordinal);

    [Fact]
    public void The_packages_of_the_README_are_those_that_are_packed() =>
        Assert.Equal(
            Repository.PackableProjects.Select(Repository.PackageId).Order(StringComparer.Ordinal),
            Package().Matches(Section("### Packages")).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void The_version_in_the_README_and_in_the_samples_is_the_one_that_is_packed()
    {
        Assert.Contains($".{Repository.Version}.nupkg", Readme.InstallTemplates, StringComparison.Ordinal);
        var sample = Repository.Properties("samples/dotnet/OneHost/OneHost.csproj");
        Assert.Equal(Repository.Version, sample.Descendants("BrokerServeVersion").Single().Value);
        Assert.Equal(
            Repository.VersionOf("Microsoft.Extensions.Hosting"),
            (string?)sample.Descendants("PackageReference").Last().Attribute("Version"));
    }

    private static string Section(string heading)
    {
        var start = Readme.Text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The README has no heading '{heading}'.");
        var end = Readme.Text.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        return Readme.Text[start..end];
    }

    [GeneratedRegex(@"^\| `(BrokerServe\.[A-Za-z.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Package();
}
