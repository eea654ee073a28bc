using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BrokerServe.Client;
using BrokerServe.Host.Serving;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using YamlDotNet.Serialization;

namespace BrokerServe.Host.Tests.Containers;

/// <summary>What the dashboard shows and the alerts watch is there: names and labels of a system that runs.</summary>
public sealed partial class MonitoringSpecs
{
    // What Prometheus adds itself.
    private static readonly string[] Added = ["job", "instance"];

    [Fact]
    public async Task Every_query_of_the_dashboard_and_of_the_alerts_asks_for_series_that_there_are()
    {
        var series = await ScrapeAsync();
        var queries = Dashboard().Concat(Alerts()).ToArray();

        Assert.InRange(queries.Length, 20, 100);
        foreach (var query in queries)
        {
            var names = MetricName().Matches(query).Select(match => match.Value).ToArray();
            Assert.NotEmpty(names);
            Assert.All(names.Where(name => name != "up"), name => Assert.True(series.ContainsKey(name), $"There is no {name}: {query}"));
            var labels = names.Where(name => name != "up").SelectMany(name => series[name]).Concat(Added).ToHashSet();
            var asked = Grouping().Matches(query).SelectMany(match => match.Groups[1].Value.Split(','))
                .Concat(Selector().Matches(query).Select(match => match.Groups[1].Value))
                .Select(label => label.Trim());
            Assert.All(asked, label => Assert.True(labels.Contains(label), $"There is no label {label}: {query}"));
        }
    }

    [Fact]
    public void Every_legend_and_every_alert_names_only_labels_that_its_query_groups_by()
    {
        foreach (var target in Targets())
        {
            var grouped = Grouping().Matches((string)target["expr"]!).SelectMany(match => match.Groups[1].Value.Split(',')).Select(label => label.Trim()).ToHashSet();
            Assert.Equal([], Legend().Matches((string)target["legendFormat"]!).Select(match => match.Groups[1].Value).Except(grouped));
        }
    }

    /// <summary>Names of series, and the labels of each, as a router and a worker with some work behind them show them.</summary>
    private static async Task<Dictionary<string, HashSet<string>>> ScrapeAsync()
    {
        using var broker = new InMemoryBroker();
        var url = new Uri($"http://127.0.0.1:{ServiceSpecs.FreePort()}");
        var started = new TaskCompletionSource<IHostApplicationLifetime>();
        var running = ServiceHost.RunAsync(
            new ServiceSettings("test", url, LogFormat.Text, Microsoft.Extensions.Logging.LogLevel.None),
            (services, _) =>
            {
                services.AddBrokerServeRouter().Configure(router =>
                {
                    router.Backends["greet-v1"] = new BackendConfig();
                    router.Endpoints["greet"] = new EndpointConfig { Traffic = new Dictionary<string, double> { ["greet-v1"] = 1 } };
                }).UseBroker(broker);
                services.AddBrokerServeWorker("greet-v1", worker => worker.Handle<int, int>(number => number > 0 ? number : throw new ArgumentException("none")));
                services.AddHostedService(provider => new ServiceSpecs.Announcer(provider.GetRequiredService<IHostApplicationLifetime>(), started));
            },
            TextWriter.Null);
        var lifetime = await Within.ReasonAsync(started.Task, "router and worker started");
        await using (var client = await BrokerServeClient.ConnectAsync(broker))
        {
            Assert.Equal(1, await client.InvokeAsync<int, int>("greet", 1));
            await Assert.ThrowsAsync<BrokerServeException>(() => client.InvokeAsync<int, int>("greet", 0).AsTask());
        }

        using var http = new HttpClient { BaseAddress = url };
        var text = await http.GetStringAsync("/metrics");
        var status = await http.GetStringAsync("/status");
        lifetime.StopApplication();
        await Within.ReasonAsync(running, "it stopped");

        Assert.Contains("\"endpoint\":\"greet\"", status, StringComparison.Ordinal);
        Assert.Contains("messaging_process_duration_seconds_bucket", text, StringComparison.Ordinal);
        var series = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var match in Sample().Matches(text).AsEnumerable())
        {
            var labels = Label().Matches(match.Groups[2].Value).Select(label => label.Groups[1].Value);
            (series.TryGetValue(match.Groups[1].Value, out var known) ? known : series[match.Groups[1].Value] = []).UnionWith(labels);
        }

        return series;
    }

    private static IEnumerable<JsonNode> Targets() =>
        JsonNode.Parse(File.ReadAllText(DockerFolder.File("monitoring/grafana/brokerserve.json")))!["panels"]!.AsArray()
            .SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => target!);

    private static IEnumerable<string> Dashboard() => Targets().Select(target => (string)target["expr"]!);

    private static IEnumerable<string> Alerts()
    {
        var root = new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(DockerFolder.File("monitoring/alerts.yaml")));
        return ((List<object>)root["groups"]).Select(Compose.Map).SelectMany(group => (List<object>)group["rules"]).Select(Compose.Map).Select(rule =>
        {
            Assert.NotEmpty((string)Compose.Map(rule["annotations"])["remedy"]);
            return (string)rule["expr"];
        });
    }

    [GeneratedRegex(@"\b(?:brokerserve|messaging)_[a-z_]+|\bup\b")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[{,]\s*([a-z_]+)\s*(?:=|!=|=~|!~)")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\{\{\s*([a-z_]+)\s*\}\}")]
    private static partial Regex Legend();

    [GeneratedRegex(@"^([a-z_]+)(?:\{([^}]*)\})? ", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex Label();
}
