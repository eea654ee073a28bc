using System.Text.Json.Nodes;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Tests.Config;

/// <summary><c>brokerserve config show</c>.</summary>
public sealed class ShowSpecs : IDisposable
{
    private const string Split = """
        {
          "BrokerServe": {
            "MaxBufferedBytes": 2000000,
            "Reconnect": { "MaxDelay": "2s" },
            "Endpoints": {
              "greet": { "Traffic": { "v1": 0.75, "v2": 0.25 }, "Shadow": { "v3": 0.5 }, "MaxTimeout": "1m" },
              "idle": {}
            },
            "Backends": {
              "v1": { "MaxConcurrentQueries": 16, "MaxQueuedQueries": 100, "UserConfig": "s3cret" },
              "v2": { "MaxInFlight": 50, "BatchWaitTimeout": "20ms" },
              "v3": { "ShadowMaxQueued": 7 }
            }
          }
        }
        """;

    private readonly Trial _trial = new();

    [Fact]
    public async Task As_JSON_it_is_a_configuration_that_says_every_setting_and_comes_to_the_same()
    {
        var (code, first, _) = await _trial.RunAsync(Split, "config", "show", "--json");
        var (_, second, error) = await _trial.RunAsync(first, "config", "show", "--json");

        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.Equal(first, second);
        var section = JsonNode.Parse(first)!["BrokerServe"]!.AsObject();
        Assert.Equal(
            [.. Setting.Of(typeof(RouterOptions)).Select(s => s.Name), "Endpoints", "Backends"], section.Select(property => property.Key));
        Assert.Equal("1m", section["Endpoints"]!["greet"]!["MaxTimeout"]!.GetValue<string>());
        Assert.Equal("30s", section["Endpoints"]!["greet"]!["DefaultTimeout"]!.GetValue<string>());
        Assert.Equal(0.25, section["Endpoints"]!["greet"]!["Traffic"]!["v2"]!.GetValue<double>());
        Assert.Equal("2s", section["Reconnect"]!["MaxDelay"]!.GetValue<string>());
        Assert.Equal(Setting.Of(typeof(BackendConfig)).Select(s => s.Name), section["Backends"]!["v3"]!.AsObject().Select(p => p.Key));
        Assert.Null(section["Backends"]!["v2"]!["MaxConcurrentQueries"]);
    }

    [Fact]
    public async Task The_bound_of_every_queue_follows_from_the_file()
    {
        var (_, output, _) = await _trial.RunAsync(Split, "config", "show", "--json");

        var bounds = JsonNode.Parse(output)!["Bounds"]!;
        Assert.Equal(2_000_000, (long)bounds["Router"]!["BufferedBytes"]!);
        Assert.Equal(16_384, (long)bounds["Router"]!["UnconfirmedReplies"]!);

        // 256 + (100 + 1024) + (1000 + 50): what two backends let wait and let be at replicas.
        var greet = bounds["Endpoints"]!["greet"]!;
        Assert.Equal(2_430, (long)greet["Prefetch"]!);
        Assert.Equal(1_100, (long)greet["Waiting"]!);
        Assert.Equal(1_074, (long)greet["AtReplicas"]!);
        Assert.Equal(256, (long)greet["OnTheWay"]!);
        Assert.Equal(0, (long)bounds["Endpoints"]!["idle"]!["Prefetch"]!);
        var backends = bounds["Backends"]!;
        Assert.Equal(16, (long)backends["v1"]!["ReplicaCredit"]!);
        Assert.Null(backends["v2"]!["ReplicaCredit"]);
        Assert.Equal(0, (long)backends["v3"]!["Waiting"]!);
        Assert.Equal(7, (long)backends["v3"]!["ShadowCopies"]!);
    }

    [Fact]
    public async Task As_text_it_has_a_part_for_each_name_and_no_secrets()
    {
        var (code, output, _) = await _trial.RunAsync(Split, "config", "show");

        Assert.Equal(0, code);
        var lines = output.Split('\n').Select(line => line.TrimEnd()).ToArray();
        Assert.Equal(
            ["Router", "Endpoint greet", "Endpoint idle", "Backend v1", "Backend v2", "Backend v3"],
            lines.Where(line => line.Length > 0 && line[0] != ' '));
        Assert.Contains("  Traffic                  v1=0.75, v2=0.25", lines);
        Assert.Contains(lines, line => line.StartsWith("    Prefetch                          2,430  messages unsettled", StringComparison.Ordinal));
        Assert.Contains("  UserConfig               (set)", lines);
        Assert.DoesNotContain("s3cret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_is_not_right_is_not_shown()
    {
        var (code, output, error) = await _trial.RunAsync("""{ "BrokerServe": { "Prefix": "" } }""", "config", "show");

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith("BrokerServe:Prefix: ", error, StringComparison.Ordinal);
    }

    public void Dispose() => _trial.Dispose();
}
