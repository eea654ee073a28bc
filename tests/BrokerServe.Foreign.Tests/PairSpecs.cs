using System.Text.Json;
using BrokerServe.Foreign.Tests.Languages;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The samples with nobody between them but broker and router.</summary>
public sealed class PairSpecs : ForeignSpecs
{
    [Theory]
    [InlineData("python", "python")]
    [InlineData("python", "node")]
    [InlineData("node", "python")]
    [InlineData("node", "node")]
    public async Task A_producer_of_one_language_reaches_a_worker_of_another_or_of_its_own(string producer, string worker)
    {
        var (caller, server) = (Language.Of(producer), Language.Of(worker));
        await System.StartRouterAsync(Splitting("greet", new Dictionary<string, double> { ["v1"] = 0.5, ["v2"] = 0.5 }));
        var (first, second) = (StartWorker(server, "v1"), StartWorker(server, "v2"));

        Assert.Equal("Hello, Zoë!", (await SucceedAsync(caller, """{"name": "Zoë"}""")).GetString());

        // The draws of these keys are golden values of PROTOCOL.md: 0.24, 0.82.
        foreach (var (key, place) in new[] { ("u42", first), ("a", second) })
        {
            var description = await SucceedAsync(caller, "null", "method=describe", "shard_key=" + key, "meta-user=Zoë");
            Assert.Equal(place.Id, description.GetProperty("process").GetInt32());
            Assert.Equal("Zoë", description.GetProperty("headers").GetProperty("meta-user").GetString());
        }

        await FailAsync("handler_error", caller, """{"nome": "Zoë"}""");
        await FailAsync("deadline_exceeded", caller, "60", "method=sleep", "timeout=1");
    }

    private async Task<JsonElement> SucceedAsync(Language caller, params string[] arguments)
    {
        var (code, output, error) = await ProduceAsync(caller, ["greet", .. arguments]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task FailAsync(string status, Language caller, params string[] arguments)
    {
        var (code, _, error) = await ProduceAsync(caller, ["greet", .. arguments]);
        Assert.Equal(1, code);
        Assert.StartsWith(status + ":", error, StringComparison.Ordinal);
    }
}
