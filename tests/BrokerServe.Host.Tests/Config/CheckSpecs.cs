using System.Text.Json;

namespace BrokerServe.Host.Tests.Config;

/// <summary><c>brokerserve config check</c>.</summary>
public sealed class CheckSpecs : IDisposable
{
    private const string Right = """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": {} } } }""";
    private const string Wrong = """
        { "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v1": 0.8 }, "MaxTimeot": "1m" } }, "Backends": { "v1": { "MaxAttempts": 0 } } } }
        """;

    private readonly Trial _trial = new();

    [Fact]
    public async Task A_configuration_that_is_right_exits_with_0_and_says_so()
    {
        var (code, output, error) = await _trial.RunAsync(Right, "config", "check");

        Assert.Equal(0, code);
        Assert.Equal($"{_trial.File} is right. Endpoints: 1. Backends: 1.", output.TrimEnd());
        Assert.Empty(error);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_in_the_routers_own_words()
    {
        var (code, output, error) = await _trial.RunAsync(Wrong, "config", "check");
        var router = await Trial.RunAsync("router", "--config", _trial.File);

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Equal(3, error.TrimEnd().Split('\n').Length);
        Assert.Equal(router.Error, error);
    }

    [Fact]
    public async Task As_JSON_the_verdict_and_every_error_are_one_object()
    {
        var (_, right, _) = await _trial.RunAsync(Right, "config", "check", "--json");
        var (code, wrong, error) = await _trial.RunAsync(Wrong, "config", "check", "--json");

        Assert.True(JsonDocument.Parse(right).RootElement.GetProperty("valid").GetBoolean());
        var verdict = JsonDocument.Parse(wrong).RootElement;
        Assert.Equal(1, code);
        Assert.Empty(error);
        Assert.False(verdict.GetProperty("valid").GetBoolean());
        Assert.Equal(
            "BrokerServe:Endpoints:greet:MaxTimeot: there is no such setting; did you mean MaxTimeout?",
            verdict.GetProperty("errors")[0].GetString());
        Assert.Equal(3, verdict.GetProperty("errors").GetArrayLength());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ bad")]
    [InlineData("""{ "BrokerServe": {} } }""")]
    public async Task A_file_that_is_no_JSON_is_not_right_and_the_place_is_said(string text)
    {
        var (code, _, error) = await _trial.RunAsync(text, "config", "check");

        Assert.Equal(1, code);
        Assert.StartsWith($"{_trial.File}: ", error, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collectors_address_that_is_none_is_not_right_either()
    {
        var (code, _, error) = await _trial.RunAsync("""{ "BrokerServe": { "Telemetry": { "OtlpEndpoint": "here" } } }""", "config", "check");

        Assert.Equal(1, code);
        Assert.Contains("BrokerServe:Telemetry:OtlpEndpoint is 'here'", error, StringComparison.Ordinal);
    }

    public void Dispose() => _trial.Dispose();
}
