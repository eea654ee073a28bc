using System.Text.Json;
using BrokerServe.Client;
using BrokerServe.Host.Status;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Watching;

/// <summary>What is there and what is wrong, as <c>brokerserve status</c> sees it.</summary>
public sealed class StatusSpecs
{
    private static readonly ObjectNames Names = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_known_load_is_what_it_shows()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await using var client = await BrokerServeClient.ConnectAsync(system.Broker);
        for (var sent = 0; sent < 40; sent++)
        {
            await client.InvokeRawAsync("greet", new byte[] { 1 });
        }

        var report = await LookAsync(system.Broker);

        Assert.Empty(report.Problems);
        var endpoint = Assert.Single(report.Seen.System.Endpoints);
        Assert.Equal(("greet", 40, 0), (endpoint.Endpoint, endpoint.Requests, endpoint.Errors.Count));
        Assert.Equal(1, endpoint.Traffic["greet-v1"]);
        var backend = Assert.Single(report.Seen.System.Backends);
        Assert.Equal((40, 0, 0, 8, 1), (backend.Replies, backend.Queued, backend.InFlight, backend.Credit, backend.Replicas));
        var replica = Assert.Single(report.Seen.System.Replicas);
        Assert.Equal((ReplicaPhase.Serving, 40, 8), (replica.Phase, replica.Replies, replica.Limit));
        Assert.Equal(replica.Replica, Assert.Single(report.Seen.Replicas).Replica);
        Assert.Equal(new EndpointQueue("greet", 0, 1), Assert.Single(report.Queues));
    }

    [Fact]
    public async Task Its_JSON_says_the_same_as_its_tables()
    {
        await using var system = await TrialSystem.StartAsync("fail:1");
        await system.WarmUpAsync();

        var report = await LookAsync(system.Broker);
        using var json = JsonDocument.Parse(report.ToJson("brokerserve"));
        var root = json.RootElement;

        Assert.Equal("brokerserve", root.GetProperty("prefix").GetString());
        Assert.Equal(1, root.GetProperty("routers").GetArrayLength());
        Assert.Equal(1, root.GetProperty("endpoints")[0].GetProperty("errors").GetProperty("handler_error").GetInt64());
        Assert.Equal(1, root.GetProperty("backends")[0].GetProperty("errors").GetInt64());
        Assert.Equal("serving", root.GetProperty("replicas")[0].GetProperty("state").GetString());
        var text = report.ToText(80);
        Assert.All(text.Split('\n').TakeWhile(line => !line.StartsWith("warning", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("ENDPOINTS", text, StringComparison.Ordinal);
        Assert.Contains("greet-v1 100%", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_router_it_says_so_and_exits_with_1()
    {
        using var broker = new InMemoryBroker();
        var output = new StringWriter();

        var code = await Within.ReasonAsync(StatusRun.RunAsync(broker, Names, Patience, json: false, 80, output, TextWriter.Null), "the status was shown");

        Assert.Equal(1, code);
        Assert.Contains("No router has ever run", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("brokerserve router --config FILE", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_broker_it_says_so_and_exits_with_1()
    {
        using var broker = new InMemoryBroker();
        broker.Stop();
        var error = new StringWriter();

        var code = await Within.ReasonAsync(StatusRun.RunAsync(broker, Names, Patience, json: true, 80, TextWriter.Null, error), "the status gave up");

        Assert.Equal(1, code);
        Assert.NotEmpty(error.ToString());
    }

    [Theory]
    [InlineData("no_traffic")]
    [InlineData("no_replica")]
    [InlineData("errors")]
    [InlineData("saturated")]
    [InlineData("syncing")]
    [InlineData("routers_differ")]
    [InlineData("clock")]
    public void What_is_wrong_in_a_view_has_a_name_and_a_remedy(string code)
    {
        var traffic = new Dictionary<string, double> { ["b"] = 1 };
        EndpointView endpoint = new("e") { Traffic = traffic, RequestsPerSecond = 10, ErrorsPerSecond = 0 };
        BackendView backend = new("b") { Replicas = 1, Credit = 1 };
        RouterView router = new("r", TimeSpan.Zero) { Endpoints = ["e"], Backends = ["b"] };
        var sound = new SystemView([router], [endpoint], [backend], []);
        Assert.Empty(ProblemFinder.Find(sound));

        var problem = Assert.Single(ProblemFinder.Find(code switch
        {
            "no_traffic" => sound with { Endpoints = [new EndpointView("e")] },
            "no_replica" => sound with { Backends = [backend with { Replicas = 0 }] },
            "errors" => sound with { Endpoints = [endpoint with { ErrorsPerSecond = 1 }] },
            "saturated" => sound with { Backends = [backend with { Queued = 3, Credit = 0 }] },
            "syncing" => sound with { Replicas = [new ReplicaView("x", "b", ReplicaPhase.Syncing)] },
            "routers_differ" => sound with { Routers = [router, router with { Endpoints = [] }] },
            _ => sound with { Routers = [router with { ClockAhead = TimeSpan.FromSeconds(-3) }] },
        }));

        Assert.Equal(code, problem.Code);
        Assert.NotEmpty(problem.Remedy);
    }

    private static async Task<StatusReport> LookAsync(InMemoryBroker broker) =>
        await Within.ReasonAsync(StatusRun.LookAsync(broker, Names, Patience, CancellationToken.None), "the routers had reported");
}
