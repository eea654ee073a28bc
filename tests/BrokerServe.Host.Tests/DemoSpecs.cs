using System.Text.Json;
using BrokerServe.Host.Commands;
using BrokerServe.Host.Demo;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests;

/// <summary><c>brokerserve demo</c>.</summary>
public sealed class DemoSpecs
{
    private static readonly DemoSettings Settings = new(TimeSpan.FromMilliseconds(1_500), Concurrency: 16, "demo");

    [Fact]
    public async Task Every_call_of_the_demo_ends_once_and_the_summary_is_one_JSON_object()
    {
        var output = new StringWriter();
        var error = new StringWriter();

        var code = await Within.ReasonAsync(
            DemoCommand.RunAsync(new InMemoryBroker(), Settings, json: true, output, error), "the demo ended");

        Assert.True(code == 0, error.ToString() + output);
        var summary = Assert.Single(output.ToString().TrimEnd().Split('\n'));
        var figures = JsonDocument.Parse(summary).RootElement;
        var started = figures.GetProperty("started").GetInt64();
        var backends = figures.GetProperty("backends").EnumerateObject().ToDictionary(share => share.Name, share => share.Value.GetInt64());
        var shadowed = figures.GetProperty("shadow").GetProperty("greet-shadow").GetInt64();

        Assert.True(figures.GetProperty("every_call_ended_once").GetBoolean());
        Assert.Equal(started, figures.GetProperty("replies").GetInt64());
        Assert.Equal(0, figures.GetProperty("duplicates").GetInt64());
        Assert.Equal(started, backends.Values.Sum());
        AssertShare(backends["greet-v1"], started, 0.9);
        AssertShare(backends["greet-v2"], started, 0.1);
        AssertShare(shadowed, started, 0.2);
        Assert.Contains("backlog", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_as_text_says_that_every_call_ended_once()
    {
        var output = new StringWriter();

        var code = await Within.ReasonAsync(
            DemoCommand.RunAsync(
                new InMemoryBroker(), Settings with { Duration = TimeSpan.FromMilliseconds(200) }, json: false, output, TextWriter.Null),
            "the demo ended");

        Assert.Equal(0, code);
        Assert.Contains("Every call ended exactly once.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_in_one_line_at_once()
    {
        var broker = new InMemoryBroker();
        broker.Stop();
        var error = new StringWriter();

        var code = await Within.ReasonAsync(DemoCommand.RunAsync(broker, Settings, json: true, TextWriter.Null, error), "the demo ended");

        Assert.Equal((1, "unavailable: The in-memory broker is stopped."), (code, error.ToString().TrimEnd()));
    }

    // Within five standard deviations of a binomial: one run in two million fails by chance.
    private static void AssertShare(long count, long of, double share) =>
        Assert.True(
            Math.Abs(count - (of * share)) <= 5 * Math.Sqrt(of * share * (1 - share)), $"{count} of {of} is far from a share of {share}");
}
