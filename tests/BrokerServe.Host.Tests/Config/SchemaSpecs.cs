using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BrokerServe.Host.Tests.Config;

/// <summary>The JSON schema of configurations: the same as the option classes say, and what editors and checkers make of it.</summary>
public sealed class SchemaSpecs
{
    private static readonly JsonSerializerOptions Printed = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Slips => new()
    {
        { """{ "BrokerServe": { "Endpoints": { "greet": { "Trafic": {} } } } }""", "$.BrokerServe.Endpoints.greet.Trafic: additionalProperties" },
        { """{ "BrokerServe": { "Backends": { "v1": { "MaxAttempts": 0 } } } }""", "$.BrokerServe.Backends.v1.MaxAttempts: minimum" },
        { """{ "BrokerServe": { "Backends": { "v1": { "WhenFull": "Drop" } } } }""", "$.BrokerServe.Backends.v1.WhenFull: enum" },
        { """{ "BrokerServe": { "Endpoints": { "greet": { "CoalesceRequests": "no" } } } }""", "$.BrokerServe.Endpoints.greet.CoalesceRequests: type" },
        { """{ "BrokerServe": { "Backends": { "v 1": {} } } }""", "$.BrokerServe.Backends.v 1: pattern" },
        { """{ "BrokerServe": { "ClockSkew": "5 s" } }""", "$.BrokerServe.ClockSkew: pattern" },
        { """{ "BrokerServe": { "ClockSkew": 5 } }""", "$.BrokerServe.ClockSkew: type" },
        { """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v1": 2 } } } } }""", "$.BrokerServe.Endpoints.greet.Traffic.v1: maximum" },
        { """{ "BrokerServe": { "Endpoints": { "greet": { "ForwardHeaders": "x" } } } }""", "$.BrokerServe.Endpoints.greet.ForwardHeaders: type" },
        { """{ "BrokerServe": { "Reconnect": { "Delay": "1s" } } }""", "$.BrokerServe.Reconnect.Delay: additionalProperties" },
    };

    [Fact]
    public async Task Every_option_is_in_the_schema_with_its_description_type_range_and_default_and_nothing_else_is()
    {
        var (code, printed, _) = await Trial.RunAsync("config", "schema");
        var wanted = SchemaModel.Build().ToJsonString(Printed) + "\n";
        var written = Path.Combine(AppContext.BaseDirectory, "brokerserve.schema.json.wanted");
        await File.WriteAllTextAsync(written, wanted);

        Assert.Equal(0, code);
        Assert.True(
            wanted == printed,
            $"The schema is not what the option classes say. Compare, and when it is right copy, {written} to src/BrokerServe.Host/brokerserve.schema.json.");
    }

    [Fact]
    public void The_schema_lies_beside_the_executable() =>
        Assert.Equal(BrokerServe.Host.Config.ConfigSchema.Read(), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "brokerserve.schema.json")));

    [Fact]
    public void The_configuration_of_the_README_keeps_to_the_schema_and_names_it()
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "README.md"));
        var json = Regex.Match(readme, "<!-- file: brokerserve.json -->\n```json\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

        Assert.Equal("./brokerserve.schema.json", (string?)JsonNode.Parse(json)!["$schema"]);
        Assert.Equal([], Faults(json));
    }

    [Fact]
    public async Task The_example_in_the_help_of_the_router_keeps_to_the_schema()
    {
        var (_, help, _) = await Trial.RunAsync("router", "--help");

        Assert.Equal([], Faults(Regex.Match(help, @"^  \{$.*?^  \}\r?$", RegexOptions.Singleline | RegexOptions.Multiline).Value));
    }

    [Fact]
    public async Task What_config_show_prints_keeps_to_the_schema()
    {
        using var trial = new Trial();
        var (_, shown, _) = await trial.RunAsync(
            """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v1": 1 } }, "idle": {} }, "Backends": { "v1": { "WhenFull": "reject", "StaticReplicas": [ { "Queue": "rpc_queue" } ] } } } }""",
            "config", "show", "--json");

        Assert.Equal([], Faults(shown));
    }

    [Theory]
    [MemberData(nameof(Slips))]
    public void A_slip_is_found_where_it_is(string json, string fault) => Assert.Equal([fault], Faults(json));

    private static List<string> Faults(string json) =>
        SchemaCheck.Faults(JsonNode.Parse(json), JsonNode.Parse(BrokerServe.Host.Config.ConfigSchema.Read())!.AsObject());

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
