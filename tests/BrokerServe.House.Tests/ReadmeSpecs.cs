using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using BrokerServe.Router.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>What the README shows works.</summary>
public sealed partial class ReadmeSpecs
{
    private static readonly string Readme = Repository.Read("README.md");

    [Theory]
    [InlineData("producer")]
    [InlineData("worker")]
    [InlineData("router")]
    [InlineData("testing")]
    public void A_snippet_of_the_README_is_the_one_that_compiles(string name)
    {
        var shown = Regex.Match(Readme, $"<!-- snippet: {name} -->\n```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var source = Repository.Read("tests/BrokerServe.House.Tests/Snippets.cs");
        var compiled = Regex.Match(source, $"#region {name}\n(.*?)\n        #endregion", RegexOptions.Singleline).Groups[1].Value;

        Assert.NotEmpty(shown);
        Assert.Equal(Unindent(compiled), shown.TrimEnd());
    }

    [Fact]
    public Task The_test_of_the_README_passes() => Snippets.TestingAsync();

    [Fact]
    public void The_configuration_of_the_README_is_accepted()
    {
        var json = Regex.Match(Readme, "<!-- file: brokerserve.json -->\n```json\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        var services = new ServiceCollection();
        services.AddBrokerServeRouter().LoadFromConfig(configuration.GetSection("BrokerServe")).UseInMemory();
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<RouterOptions>>().Value;

        Assert.Equal(["greet"], options.Endpoints.Keys);
        Assert.Equal(["greet-v1", "greet-v2", "greet-v3"], options.Backends.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_of_endpoints_and_backends_is_in_the_README()
    {
        var settings = typeof(EndpointConfig).GetProperties().Concat(typeof(BackendConfig).GetProperties())
            .Where(property => property is { CanWrite: true, GetMethod.IsStatic: false })
            .Select(property => property.Name);

        Assert.Equal([], settings.Where(setting => !Readme.Contains($"`{setting}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_instrument_of_the_router_is_in_the_README()
    {
        var instruments = Instrument().Matches(Repository.Read("src/BrokerServe.Router/Telemetry/RouterMetrics.cs"))
            .Select(match => match.Groups[1].Value)
            .ToArray();

        Assert.NotEmpty(instruments);
        Assert.Equal([], instruments.Where(name =>
            !Readme.Contains($"`brokerserve.router.{name}`", StringComparison.Ordinal) && !Readme.Contains($"`.{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_file_that_the_README_links_to_is_there()
    {
        var links = Link().Matches(Readme).Select(match => match.Groups[1].Value);
        Assert.Equal([], links.Where(link => !File.Exists(Path.Combine(Repository.Root, link))));
    }

    [Fact]
    public async Task The_command_that_stands_for_brokerserve_reads_files_where_it_is_called()
    {
        const string Project = "src/BrokerServe.Host";
        Assert.Contains($"`dotnet run -c Release --project {Project} --`", Readme, StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(Repository.Root, Project), "-getProperty:RunWorkingDirectory", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        };
        using var evaluation = Process.Start(start)!;
        var elsewhere = await evaluation.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await evaluation.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (evaluation.ExitCode, elsewhere.Trim()));
    }

    private static string Unindent(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line)).TrimEnd();

    [GeneratedRegex("\"brokerserve\\.router\\.([a-z_.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\]\((?!http)([^)#]+)\)")]
    private static partial Regex Link();
}
