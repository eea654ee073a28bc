using System.Text.Json;

namespace BrokerServe.Packages.Tests;

/// <summary>The executable as a .NET tool.</summary>
public sealed class ToolSpecs(Feed feed)
{
    [Fact]
    public async Task The_tool_says_its_version() =>
        Assert.StartsWith(Repository.Version, await RunAsync("--version"), StringComparison.Ordinal);

    [Fact]
    public async Task The_tool_shows_a_whole_system_where_there_is_nothing_else()
    {
        using var summary = JsonDocument.Parse(await RunAsync("demo --duration 1s --json"));

        Assert.True(summary.RootElement.GetProperty("every_call_ended_once").GetBoolean());
        Assert.True(summary.RootElement.GetProperty("replies").GetInt64() > 0);
    }

    [Fact]
    public async Task The_tool_has_the_schema_of_its_configuration() =>
        Assert.Equal(Repository.Read("src/BrokerServe.Host/brokerserve.schema.json").TrimEnd(), (await RunAsync("config schema")).TrimEnd());

    private async Task<string> RunAsync(string arguments) => await feed.RunAsync(feed.User, $"{await feed.ToolAsync()} {arguments}");
}
