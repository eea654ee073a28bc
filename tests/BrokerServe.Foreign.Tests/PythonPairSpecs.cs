using System.Text.Json;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The Python samples with nobody between them but broker and router; and what the samples promise of themselves.</summary>
public sealed class PythonPairSpecs : ForeignSpecs
{
    [Fact]
    public async Task A_Python_producer_reaches_a_Python_worker()
    {
        await System.StartRouterAsync(Splitting("greet", new Dictionary<string, double> { ["v1"] = 0.5, ["v2"] = 0.5 }));
        var (first, second) = (StartWorker("v1"), StartWorker("v2"));

        var greeting = await ProduceAsync("greet", """{"name": "Zoë"}""");
        Assert.True(greeting.Code == 0, greeting.Error);
        Assert.Equal("Hello, Zoë!", JsonSerializer.Deserialize<string>(greeting.Output));

        // The draws of these keys are golden values of PROTOCOL.md: 0.24, 0.82, 0.24.
        foreach (var (key, worker) in new[] { ("u42", first), ("a", second), ("u42", first) })
        {
            var said = await ProduceAsync("greet", "null", "method=describe", "shard_key=" + key, "meta-user=Zoë");
            Assert.True(said.Code == 0, said.Error);
            var description = JsonDocument.Parse(said.Output).RootElement;
            Assert.Equal(worker.Id, description.GetProperty("process").GetInt32());
            Assert.Equal("Zoë", description.GetProperty("headers").GetProperty("meta-user").GetString());
        }

        var failure = await ProduceAsync("greet", """{"nome": "Zoë"}""");
        Assert.Equal(1, failure.Code);
        Assert.StartsWith("handler_error:", failure.Error, StringComparison.Ordinal);

        var late = await ProduceAsync("greet", "60", "method=sleep", "timeout=1");
        Assert.Equal(1, late.Code);
        Assert.StartsWith("deadline_exceeded:", late.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_sample_has_at_most_60_lines()
    {
        var samples = Directory.GetFiles(Path.Combine(Script.Root, "samples"), "*.py", SearchOption.AllDirectories);

        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.InRange(File.ReadAllLines(sample).Length, 1, 60));
    }
}
