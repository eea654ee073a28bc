using System.Text;
using BrokerServe.Router.Configuration;
using Microsoft.Extensions.Configuration;

namespace BrokerServe.Router.Tests.Configuration;

/// <summary>Reads what an operator wrote as a router does at start.</summary>
internal static class ConfigHarness
{
    /// <summary>The options, and everything that is wrong with them.</summary>
    public static (RouterOptions Options, IReadOnlyList<string> Errors) Read(string json)
    {
        var section = Section(json);
        var options = new RouterOptions();
        RouterOptionsReader.Read(section, options);
        var result = new RouterOptionsValidator().Validate(name: null, options);
        return (options, [.. result.Failures ?? []]);
    }

    public static RouterOptions Accepts(string json)
    {
        var (options, errors) = Read(json);
        Assert.Empty(errors);
        return options;
    }

    /// <summary>The one error of a configuration.</summary>
    public static string Refuses(string json) => Assert.Single(Read(json).Errors);

    public static IConfigurationSection Section(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
        .Build()
        .GetSection("BrokerServe");

    /// <summary>An endpoint <c>greet</c> with these settings, beside backends v1 to v3.</summary>
    public static string Endpoint(string settings) =>
        $$"""{ "BrokerServe": { "Endpoints": { "greet": {{settings}} }, "Backends": { "v1": {}, "v2": {}, "v3": {} } } }""";

    /// <summary>A backend <c>v1</c> with these settings.</summary>
    public static string Backend(string settings) => $$"""{ "BrokerServe": { "Backends": { "v1": {{settings}} } } }""";

    /// <summary>A router with these settings of its own.</summary>
    public static string Settings(string settings) => $$"""{ "BrokerServe": {{settings}} }""";
}
