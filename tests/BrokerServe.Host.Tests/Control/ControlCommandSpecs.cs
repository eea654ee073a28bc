using System.Text.Json.Nodes;
using BrokerServe.Client;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Tests.Control;

/// <summary>The commands that change what routers serve.</summary>
public sealed class ControlCommandSpecs : IAsyncLifetime
{
    private const string Config = """
        {
          "BrokerServe": {
            "Endpoints": { "greet": { "Traffic": { "v1": 0.9, "v2": 0.1 }, "Shadow": { "v3": 0.05 } } },
            "Backends": { "v1": { "MaxConcurrentQueries": 16 }, "v2": {}, "v3": {} }
          }
        }
        """;

    private readonly ControlTrial _trial = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _trial.DisposeAsync();

    [Fact]
    public async Task Apply_shows_what_would_change_and_with_dry_run_writes_nothing()
    {
        var file = _trial.Save("brokerserve.json", Config);
        Assert.Equal(
            """
             + backend v1
                 MaxConcurrentQueries     16
             + backend v2
             + backend v3
             + endpoint greet
                 Traffic                  v1=0.9, v2=0.1
                 Shadow                   v3=0.05
            Nothing was written. The log has version 0.

            """,
            await _trial.DoAsync($"apply {file} --dry-run"),
            ignoreLineEndingDifferences: true);
        Assert.Equal(0, (int)(await _trial.AskAsync("get"))["version"]!);
    }

    [Fact]
    public async Task Apply_writes_one_change_and_a_second_time_nothing()
    {
        var file = _trial.Save("brokerserve.json", Config);
        Assert.EndsWith("The log has it as version 1; routers follow at once.\n", await _trial.DoAsync($"apply {file}"), StringComparison.Ordinal);
        Assert.Equal("Everything is so already, in version 1.\n", await _trial.DoAsync($"apply {file}"));
        Assert.Equal("""{"Traffic":{"v1":0.9,"v2":0.1},"Shadow":{"v3":0.05}}""", await _trial.ValueAsync("endpoint", "greet"));
    }

    [Fact]
    public async Task Apply_keeps_what_the_file_does_not_name_unless_told_to_prune()
    {
        await _trial.DoAsync($"apply {_trial.Save("all.json", Config)}");
        var part = _trial.Save("part.json", """{ "BrokerServe": { "Endpoints": { "greet": { "MaxBodyBytes": 1000 } }, "Backends": { "v1": {} } } }""");
        var shown = await _trial.DoAsync($"apply {part}");
        Assert.Contains(" ~ backend v1\n     MaxConcurrentQueries     16 -> not set\n", shown, StringComparison.Ordinal);
        Assert.Contains("\"Traffic\":{\"v1\":0.9", await _trial.ValueAsync("endpoint", "greet"), StringComparison.Ordinal);

        shown = await _trial.DoAsync($"apply {part} --prune");
        Assert.Contains(" - backend v2\n - backend v3\n", shown, StringComparison.Ordinal);
        Assert.Equal("""{"MaxBodyBytes":1000}""", await _trial.ValueAsync("endpoint", "greet"));
    }

    [Fact]
    public async Task A_file_with_faults_changes_nothing_and_every_fault_is_named()
    {
        var file = _trial.Save("bad.json", """{ "BrokerServe": { "Endpoints": { "greet": { "Traffic": { "v1": 0.8 } } } } }""");
        var (code, _, error) = await _trial.RunAsync("apply", file);
        Assert.Equal(1, code);
        Assert.Contains("the weights sum to 0.8", error, StringComparison.Ordinal);
        Assert.Contains("there is no backend v1", error, StringComparison.Ordinal);
        var refused = await _trial.AskAsync($"apply {file}");
        Assert.Equal(("refused", 2), ((string)refused["outcome"]!, refused["errors"]!.AsArray().Count));
        Assert.Equal(0, (int)(await _trial.AskAsync("get"))["version"]!);
    }

    [Fact]
    public async Task A_file_that_says_one_setting_twice_changes_nothing_and_the_setting_is_named()
    {
        var file = _trial.Save("twice.json", """{ "BrokerServe": { "Backends": { "v1": { "MaxAttempts": 1, "MaxAttempts": 2 } } } }""");
        var (code, output, error) = await _trial.RunAsync("apply", file);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{file}: ", error, StringComparison.Ordinal);
        Assert.Contains("BrokerServe:Backends:v1:MaxAttempts", error, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await _trial.AskAsync("get"))["version"]!);
    }

    [Fact]
    public async Task Traffic_is_set_and_keeps_the_shadows_which_have_their_own_command()
    {
        await ApplyAsync();
        await _trial.DoAsync("traffic set greet v1=0.5 v2=0.5");
        await _trial.DoAsync("traffic shadow greet v3=0 v2=1");
        Assert.Equal("""{"Traffic":{"v1":0.5,"v2":0.5},"Shadow":{"v2":1}}""", await _trial.ValueAsync("endpoint", "greet"));
    }

    [Theory]
    [InlineData("traffic set greet v1=0.5", "the weights sum to 0.5 (v1=0.5); they must sum to 1 within 0.00001")]
    [InlineData("traffic set greet v1=0.5 v9=0.5", "there is no backend v9")]
    [InlineData("traffic set great v1=1", "there is no such endpoint; did you mean greet?")]
    [InlineData("traffic shadow greet v3=2", "the proportion of v3 is 2; it must be from 0 to 1")]
    [InlineData("backend set v1 max_concurrent_queries=0", "MaxConcurrentQueries: is 0; it must be from 1 to 10000")]
    [InlineData("backend set v1 max_concurent_queries=4", "there is no such setting; did you mean MaxConcurrentQueries?")]
    [InlineData("backend set v1 static_replicas=rpc", "is a list; write it in a file")]
    [InlineData("backend set a/b", "\"a/b\" is no name")]
    [InlineData("backend remove v3", "cannot be removed while traffic or shadows name it, at these endpoints: greet")]
    [InlineData("endpoint add greet max_body_bytes=5", "is there already with other settings")]
    [InlineData("endpoint add more --traffic v1=0.5", "the weights sum to 0.5")]
    [InlineData("endpoint set greet queue_type=quorum", "cannot change from Classic to Quorum")]
    [InlineData("endpoint set greet traffic=1", "is set by 'brokerserve traffic'")]
    [InlineData("endpoint set other max_body_bytes=5", "there is no such endpoint")]
    [InlineData("get endpoint great", "There is no endpoint great in the control log; did you mean greet?")]
    [InlineData("rollback 7", "There is no version 7 in the control log; it has versions 0 to 1.")]
    public async Task What_a_router_would_refuse_is_refused_before_it_is_written(string command, string said)
    {
        await ApplyAsync();
        var (code, output, error) = await _trial.RunAsync(command);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await _trial.AskAsync("get"))["version"]!);
    }

    [Fact]
    public async Task Settings_of_a_backend_are_set_from_words_and_files_and_go_back_to_their_defaults()
    {
        var file = _trial.Save("config.json", """{"model":"small"}""");
        await _trial.DoAsync($"backend set v1 max_concurrent_queries=16 BatchWaitTimeout=5ms user_config=@{file}");
        var shown = await _trial.ValueAsync("backend", "v1");
        Assert.Equal("""{"MaxConcurrentQueries":16,"BatchWaitTimeout":"5ms","UserConfig":"(set)"}""", shown);

        Assert.Contains("UserConfig               (set) -> (set anew)", await _trial.DoAsync("backend set v1 user_config={}"), StringComparison.Ordinal);
        await _trial.DoAsync("backend set v1 user_config= batch_wait_timeout=");
        Assert.Equal("""{"MaxConcurrentQueries":16}""", await _trial.ValueAsync("backend", "v1"));
        Assert.Contains("+ backend v2\n", await _trial.DoAsync("backend set v2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_are_added_configured_and_removed()
    {
        await _trial.DoAsync("backend set v1");
        await _trial.DoAsync("endpoint add greet default_timeout=10s forward_headers=meta-*,x-user --traffic v1=1");
        Assert.Equal(
            """{"Traffic":{"v1":1},"DefaultTimeout":"10s","ForwardHeaders":["meta-*","x-user"]}""", await _trial.ValueAsync("endpoint", "greet"));
        await _trial.DoAsync("endpoint set greet coalesce_requests=false default_timeout=");
        Assert.Equal("""{"Traffic":{"v1":1},"CoalesceRequests":false,"ForwardHeaders":["meta-*","x-user"]}""", await _trial.ValueAsync("endpoint", "greet"));

        Assert.Contains(" - endpoint greet\n", await _trial.DoAsync("endpoint remove greet"), StringComparison.Ordinal);
        Assert.Equal("Everything is so already, in version 4.\n", await _trial.DoAsync("endpoint remove greet"));
        await _trial.DoAsync("backend remove v1");
        Assert.Empty((await _trial.AskAsync("get"))["objects"]!.AsArray());
    }

    [Fact]
    public async Task A_removal_counts_and_fails_as_long_as_the_queue_is_there()
    {
        await _trial.DoAsync("endpoint add idle");
        var queue = new ObjectNames().EndpointQueue("idle");
        await using var connection = await _trial.Broker.ConnectAsync("test", default);
        await connection.DeclareQueueAsync(new(queue) { Durable = true }, default); // And no router runs that would delete it.

        var (code, output, error) = await _trial.RunAsync("endpoint remove idle --timeout 2s --json");
        var said = JsonNode.Parse(output)!;
        Assert.Equal((1, "applied", 2), (code, (string)said["outcome"]!, (int)said["version"]!));
        Assert.StartsWith($"The queue {queue} is still there", (string)said["remark"]!, StringComparison.Ordinal);
        Assert.Equal((string)said["remark"]!, error.TrimEnd());

        Assert.Equal(1, (await _trial.RunAsync("endpoint remove idle --timeout 2s")).Code);
        Assert.Equal(0, (await _trial.RunAsync("endpoint remove idle --dry-run")).Code);
        await connection.DeleteQueueAsync(queue, default);
        Assert.Equal("Everything is so already, in version 2.\n", await _trial.DoAsync("endpoint remove idle"));
    }

    [Fact]
    public async Task Rollback_makes_everything_as_it_was_with_one_more_change()
    {
        await ApplyAsync();
        var before = (await _trial.AskAsync("get"))["objects"]!.ToJsonString();
        await _trial.DoAsync("traffic set greet v1=1");
        await _trial.DoAsync("backend set extra");
        await _trial.DoAsync("backend remove v2");

        Assert.Contains(
            " + backend v2\n ~ endpoint greet\n     Traffic                  v1=1 -> v1=0.9, v2=0.1\nNothing was written.",
            (await _trial.DoAsync("rollback 1 --dry-run")).Replace(" - backend extra\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await _trial.DoAsync("rollback 1");
        Assert.Equal("""{"Traffic":{"v1":0.9,"v2":0.1},"Shadow":{"v3":0.05}}""", await _trial.ValueAsync("endpoint", "greet"));
        Assert.Null(await _trial.ValueAsync("backend", "extra"));
        Assert.NotNull(await _trial.ValueAsync("backend", "v2"));
        await _trial.DoAsync("rollback 4");
        Assert.NotNull(await _trial.ValueAsync("backend", "extra"));
        Assert.NotEqual(before, (await _trial.AskAsync("get"))["objects"]!.ToJsonString());
    }

    [Fact]
    public async Task History_says_who_changed_what_and_what_for()
    {
        await ApplyAsync();
        await _trial.RunAsync("traffic", "set", "greet", "v1=1", "--note", "v2 is ill");
        var history = (await _trial.AskAsync("history")).AsArray();
        Assert.Equal(["apply brokerserve.json", "v2 is ill"], history.Select(row => (string)row!["note"]!));
        Assert.Equal([1, 2], history.Select(row => (int)row!["version"]!));
        Assert.Equal("greet", (string)Assert.Single(history[1]!["objects"]!.AsArray())!["name"]!);
        var shown = await _trial.DoAsync("history --limit 1");
        Assert.Contains("v2 is ill", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("apply", shown, StringComparison.Ordinal);
        Assert.Contains(Environment.UserName, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_lets_hear_of_itself_is_drained_and_one_that_does_not_is_refused()
    {
        await using var system = await TrialSystem.StartAsync("echo", _trial.Broker);
        await system.WarmUpAsync();
        await using var client = await BrokerServeClient.ConnectAsync(_trial.Broker);
        var replica = (await client.InvokeRawAsync("greet", default)).Replica!;

        var (code, _, error) = await _trial.RunAsync($"replica drain {replica}x");
        Assert.Equal(1, code);
        Assert.Contains($"did you mean {replica}?", error, StringComparison.Ordinal);
        await _trial.DoAsync($"replica drain {replica}");
        Assert.Equal("""{"Drain":true}""", await _trial.ValueAsync("replica", replica));
        await _trial.DoAsync($"replica drain {replica} --undo");
        Assert.Null(await _trial.ValueAsync("replica", replica));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_in_its_words()
    {
        _trial.Broker.Stop();
        var (code, _, error) = await _trial.RunAsync("get");
        Assert.Equal((1, "The in-memory broker is stopped."), (code, error.Trim()));
        Assert.Equal("failed", (string)(await _trial.AskAsync("get"))["outcome"]!);
    }

    private Task ApplyAsync() => _trial.DoAsync($"apply {_trial.Save("brokerserve.json", Config)}");
}
