using System.Text.Json;
using BrokerServe.Host.Commands;
using BrokerServe.Host.Load;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Tests;

/// <summary><c>brokerserve load</c>.</summary>
public sealed class LoadSpecs
{
    private static readonly LoadSettings Settings = new(
        "greet", Concurrency: 8, Duration: TimeSpan.FromMilliseconds(300), WarmUp: TimeSpan.Zero, Size: 64, Rate: null, Timeout: TimeSpan.FromSeconds(20),
        AtMostOnce: false, ObjectNames.DefaultPrefix);

    [Fact]
    public async Task The_result_as_JSON_says_requests_errors_throughput_percentiles_and_backends()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await system.WarmUpAsync();

        var (code, result) = await RunAsync(system, Settings);

        Assert.Equal(0, code);
        var requests = result.GetProperty("requests").GetInt64();
        Assert.True(requests > 0);
        Assert.Empty(result.GetProperty("errors").EnumerateObject());
        Assert.True(result.GetProperty("throughput").GetDouble() > 0);
        Assert.Equal(requests, result.GetProperty("backends").GetProperty("greet-v1").GetInt64());
        Assert.Equal(8, result.GetProperty("concurrency").GetInt32());
        Assert.InRange(result.GetProperty("duration_s").GetDouble(), 0.25, 60);
        var latency = result.GetProperty("latency_ms");
        double[] percentiles = [.. new[] { "p50", "p90", "p99", "p999", "max" }.Select(name => latency.GetProperty(name).GetDouble())];
        Assert.True(percentiles[0] > 0);
        Assert.Equal(percentiles.Order(), percentiles);
    }

    [Fact]
    public async Task Errors_are_counted_by_code_and_a_run_without_a_reply_exits_with_1()
    {
        await using var system = await TrialSystem.StartAsync("fail:1");

        var (code, result) = await RunAsync(system, Settings);

        Assert.Equal(1, code);
        Assert.Equal(0, result.GetProperty("replies").GetInt64());
        Assert.Equal(result.GetProperty("requests").GetInt64(), result.GetProperty("errors").GetProperty("handler_error").GetInt64());
    }

    [Fact]
    public async Task With_a_rate_as_many_calls_are_made_as_were_due()
    {
        await using var system = await TrialSystem.StartAsync("echo");

        var (code, result) = await RunAsync(system, Settings with { Rate = 100 });

        Assert.Equal(0, code);
        Assert.Equal(30, result.GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_in_one_line()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        system.Broker.Stop();
        var output = new StringWriter();
        var error = new StringWriter();

        var code = await Within.ReasonAsync(LoadCommand.RunAsync(system.Broker, Settings, json: true, output, error), "the run ended");

        Assert.Equal((1, "", "unavailable: The in-memory broker is stopped."), (code, output.ToString(), error.ToString().TrimEnd()));
        system.Broker.Start();
    }

    [Fact]
    public async Task The_result_as_text_has_the_same_figures()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        var output = new StringWriter();

        await Within.ReasonAsync(LoadCommand.RunAsync(system.Broker, Settings, json: false, output, TextWriter.Null), "the run ended");

        Assert.Contains("replies/s", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("p99.9", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("greet-v1: ", output.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int Code, JsonElement Result)> RunAsync(TrialSystem system, LoadSettings settings)
    {
        await system.WarmUpAsync();
        var output = new StringWriter();
        var code = await Within.ReasonAsync(
            LoadCommand.RunAsync(system.Broker, settings, json: true, output, TextWriter.Null), "the run ended");
        return (code, JsonDocument.Parse(output.ToString()).RootElement);
    }
}
