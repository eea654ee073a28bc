using System.Text.Json;
using BrokerServe.EndToEnd.Tests.Processes;
using BrokerServe.Foreign.Tests.Languages;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The samples before the conformance kit, each a process, and no router beside them.</summary>
public abstract class ConformanceSpecs(string folder) : ForeignSpecs
{
    private static readonly TimeSpan KitEnds = TimeSpan.FromMinutes(2); // Some 30 s; leases and deadlines have to go by.

    private readonly Language _language = Language.Of(folder);

    [Fact]
    public async Task The_sample_worker_passes_everything()
    {
        await using var kit = await StartAsync(
            "worker", "greet-v1", "--payload", """{"name":"Ada"}""", "--fails", "__call__=null", "--slow", "sleep=5", "--expect-drain", "--strict");
        var toStop = kit.SaysAsync("Stop the worker now");
        var worker = StartWorker(_language, "greet-v1", maxConcurrent: 4);
        await toStop.WaitAsync(KitEnds, TestContext.Current.CancellationToken);
        worker.Terminate();

        await PassesAsync(kit);
    }

    [Fact]
    public async Task The_sample_producer_passes_everything_but_what_it_does_not_do()
    {
        await using var kit = await StartAsync("producer", "greet", "--timeout", "30s");
        Start(_language, _language.ManyCalls, ["greet", "40"]);

        // It makes no frames, and has no tracing.
        Assert.Equal(
            ["frame", "frame-asked", "frame-company", "frame-properties", "trace-context"],
            (await PassesAsync(kit)).Order(StringComparer.Ordinal));
    }

    // The samples end when they find nobody's exchanges, as they would before the first router.
    private async Task<Brokerserve> StartAsync(params string[] arguments)
    {
        var kit = Brokerserve.Start(Uri, ["conformance", .. arguments, "--prefix", System.Prefix, "--json"]);
        await kit.SaysAsync("Waiting for").WaitAsync(KitEnds, TestContext.Current.CancellationToken);
        return kit;
    }

    /// <summary>Waits for the kit to find nothing wrong.</summary>
    /// <returns>What it did not observe.</returns>
    private static async Task<string[]> PassesAsync(Brokerserve kit)
    {
        var code = await kit.WaitAsync(KitEnds);
        Assert.True(code == 0, $"The kit ended with {code}:\n{kit.Output}\n{kit.Error}");
        var checks = JsonDocument.Parse(kit.Output).RootElement.GetProperty("checks").EnumerateArray().ToArray();
        Assert.NotEmpty(checks);
        return [.. checks.Where(check => check.GetProperty("verdict").GetString() == "not_observed").Select(check => check.GetProperty("name").GetString()!)];
    }
}
