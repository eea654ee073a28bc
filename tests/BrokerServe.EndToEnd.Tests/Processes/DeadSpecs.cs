using System.Text.Json;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>A request that kills every replica, with processes over a real RabbitMQ, and what an operator can do about it.</summary>
public sealed class DeadSpecs : EndToEndSpecs
{
    private readonly List<Brokerserve> _processes = [];
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"brokerserve-{Guid.NewGuid():N}.json");
    private string _uri = "";

    protected override async Task<Func<IBroker>> GetBrokerAsync()
    {
        _uri = (await TestBroker.TestBroker.GetAsync()).Uri;
        return () => new RabbitMqBroker(new RabbitMqOptions { Uri = _uri });
    }

    protected override async ValueTask CleanUpAsync()
    {
        await Task.WhenAll(_processes.Select(p => p.DisposeAsync().AsTask()));
        File.Delete(_config);
    }

    [Fact]
    public async Task A_poison_request_gets_replica_lost_and_its_copy_is_listed_replayed_and_gone()
    {
        await File.WriteAllTextAsync(_config, $$"""
            { "BrokerServe": { "Prefix": "{{System.Prefix}}",
                "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": { "MaxAttempts": 2 } } } }
            """);
        Run("router", "--config", _config);
        RunHere("worker", "v1", "--handler", "crash:1");
        RunHere("worker", "v1", "--handler", "crash:1");

        var call = RunHere("call", "greet", "poison", "--message-id", "m-1", "--meta", "tenant=ada", "--timeout", "25s");
        Assert.Equal(1, await call.WaitAsync(ServingSystem.Patience));
        Assert.Contains("replica_lost", call.Error, StringComparison.Ordinal);

        var copy = Assert.Single((await ListAsync()).EnumerateArray());
        Assert.Equal("m-1", copy.GetProperty("message_id").GetString());
        Assert.Equal(2, copy.GetProperty("attempts").GetInt32());
        Assert.Equal(2, copy.GetProperty("history").GetString()!.Split("; ").Length);

        // Looked at, it is still there; a call that is not answered leaves it there, too.
        var id = copy.GetProperty("id").GetString()!;
        var unanswered = RunHere("dead", "replay", id, "--timeout", "200ms");
        Assert.Equal(1, await unanswered.WaitAsync(ServingSystem.Patience));
        Assert.Equal(id, Assert.Single((await ListAsync()).EnumerateArray()).GetProperty("id").GetString());

        await System.StartWorkerAsync("v1", worker => worker.HandleRaw(query =>
        {
            Assert.Equal(("m-1", "ada"), (query.MessageId, query.Metadata["tenant"]));
            return query.Echo();
        }));
        var replay = RunHere("dead", "replay", id);
        Assert.True(await replay.WaitAsync(ServingSystem.Patience) == 0, replay.Error);
        Assert.Empty((await ListAsync()).EnumerateArray());
    }

    private async Task<JsonElement> ListAsync()
    {
        var list = RunHere("dead", "list", "--json");
        Assert.True(await list.WaitAsync(ServingSystem.Patience) == 0, list.Error);
        return JsonDocument.Parse(list.Output).RootElement;
    }

    private Brokerserve RunHere(params string[] arguments) => Run([.. arguments, "--prefix", System.Prefix]);

    private Brokerserve Run(params string[] arguments)
    {
        var process = Brokerserve.Start(_uri, arguments);
        _processes.Add(process);
        return process;
    }
}
