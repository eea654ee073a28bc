using System.Text.Json;
using BrokerServe.TestBroker;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>A request that kills every replica, with processes over a real RabbitMQ, and what an operator can do about it.</summary>
public sealed class DeadSpecs : RealProcessSpecs
{
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"brokerserve-{Guid.NewGuid():N}.json");

    protected override async ValueTask CleanUpAsync()
    {
        await base.CleanUpAsync();
        File.Delete(_config);
    }

    [Fact]
    public async Task A_poison_request_gets_replica_lost_and_its_copy_is_listed_replayed_and_gone()
    {
        var id = await PoisonAsync();
        var show = RunHere("dead", "show", id);
        Assert.True(await show.WaitAsync(ServingSystem.Patience) == 0, show.Error);
        var headers = Assert.Single(JsonDocument.Parse(show.Output).RootElement.EnumerateArray()).GetProperty("headers");
        Assert.Equal(
            ("u42", "ada"), (headers.GetProperty("bs-shard-key").GetString(), headers.GetProperty("meta-tenant").GetString()));

        // Looked at, it is still there; a call that is not answered leaves it there, too.
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

    [Fact]
    public async Task A_replay_whose_connection_is_cut_takes_nothing_out()
    {
        var id = await PoisonAsync();
        var started = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        await System.StartWorkerAsync("v1", worker => worker.HandleRaw(async (query, _) =>
        {
            started.TrySetResult();
            await end.Task;
            return query.Echo();
        }));
        await using var proxy = new TcpProxy(BrokerUri);
        var replay = RunAt(proxy.Uri, "dead", "replay", id, "--prefix", System.Prefix);
        await started.Task.WaitAsync(ServingSystem.Patience);

        proxy.CutAll();

        Assert.Equal(1, await replay.WaitAsync(ServingSystem.Patience));
        Assert.Contains("outcome_unknown", replay.Error, StringComparison.Ordinal);
        Assert.Equal(id, Assert.Single((await ListAsync()).EnumerateArray()).GetProperty("id").GetString());
        end.SetResult();
    }

    /// <summary>A request that kills two workers; returns the id of its copy.</summary>
    private async Task<string> PoisonAsync()
    {
        await File.WriteAllTextAsync(_config, $$"""
            { "BrokerServe": { "Prefix": "{{System.Prefix}}",
                "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": { "MaxAttempts": 2 } } } }
            """);
        Run("router", "--config", _config);
        RunHere("worker", "v1", "--handler", "crash:1");
        RunHere("worker", "v1", "--handler", "crash:1");

        var call = RunHere("call", "greet", "poison", "--message-id", "m-1", "--shard-key", "u42", "--meta", "tenant=ada", "--timeout", "25s");
        Assert.Equal(1, await call.WaitAsync(ServingSystem.Patience));
        Assert.Contains("replica_lost", call.Error, StringComparison.Ordinal);

        var copy = Assert.Single((await ListAsync()).EnumerateArray());
        Assert.Equal("m-1", copy.GetProperty("message_id").GetString());
        Assert.Equal(2, copy.GetProperty("attempts").GetInt32());
        Assert.Equal(2, copy.GetProperty("history").GetString()!.Split("; ").Length);
        return copy.GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> ListAsync()
    {
        var list = RunHere("dead", "list", "--json");
        Assert.True(await list.WaitAsync(ServingSystem.Patience) == 0, list.Error);
        return JsonDocument.Parse(list.Output).RootElement;
    }
}
