namespace BrokerServe.Packages.Tests;

/// <summary>How continuous integration builds, which sets <c>CI</c> to <c>true</c>.</summary>
public sealed class BuildSpecs(Feed feed)
{
    [Theory]
    [InlineData("src/BrokerServe.Client", "ContinuousIntegrationBuild", "true")]
    [InlineData("src/BrokerServe.Client", "DeterministicSourcePaths", "true")]
    [InlineData("tests/BrokerServe.Packages.Tests", "DeterministicSourcePaths", "false")]
    public async Task What_is_packed_names_no_folder_of_the_machine_and_tests_find_theirs(string project, string property, string value)
    {
        await using var command = feed.Start(Repository.Root, $"dotnet msbuild {project} -getProperty:{property}", ("CI", "true"));

        Assert.Equal(value, (await command.SucceedAsync()).Trim());
    }
}
