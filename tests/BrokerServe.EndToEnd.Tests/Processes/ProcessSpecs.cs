using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>The pieces as an operator runs them: processes of their own over a real RabbitMQ, and what <c>kill -9</c> does to the calls.</summary>
public sealed class ProcessSpecs : EndToEndSpecs
{
    private const double ShadowShare = 0.2;
    private readonly List<Brokerserve> _processes = [];
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"brokerserve-{Guid.NewGuid():N}.json");
    private string _uri = "";
    private int _shadowed;

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
    public async Task Router_two_workers_and_load_as_processes_answer_every_call_and_keep_the_split()
    {
        await StartSystemAsync(routers: 1, shadowed: true);

        var report = await LoadAsync(TimeSpan.FromSeconds(10), during: () => Task.CompletedTask);

        Assert.Empty(report.Errors);
        var second = report.Backends.GetValueOrDefault("v2");
        AssertShare(second, report.Requests, 0.1, "the second backend");
        await Until(() => IsShare(Volatile.Read(ref _shadowed), report.Requests + 1, ShadowShare), "the shadow saw its share");
    }

    [Fact]
    public async Task Killing_one_of_two_routers_under_load_loses_no_call()
    {
        var (routers, _) = await StartSystemAsync(routers: 2);

        var report = await LoadAsync(TimeSpan.FromSeconds(8), during: () => AfterAsync(TimeSpan.FromSeconds(3), routers[0].Kill));

        Assert.Empty(report.Errors);
        Assert.True(report.Requests > 0);
    }

    [Fact]
    public async Task Killing_one_of_two_workers_under_load_loses_no_call()
    {
        var (_, workers) = await StartSystemAsync(routers: 1);

        // Both backends have two workers' replicas each; one process of the first goes.
        var report = await LoadAsync(TimeSpan.FromSeconds(8), during: () => AfterAsync(TimeSpan.FromSeconds(3), workers[0].Kill));

        Assert.Empty(report.Errors);
        Assert.True(report.Requests > 0);
    }

    [Fact]
    public async Task A_file_that_changes_under_load_fails_no_call_and_is_followed_unless_it_is_broken()
    {
        var (routers, _) = await StartSystemAsync(routers: 1);

        var report = await LoadAcrossAsync(async () =>
        {
            await SaveAsync("{ broken");
            await Until(() => routers[0].Error.Contains("cannot be read", StringComparison.Ordinal), "the router reported the broken file");
            await SaveAsync(Config("""{ "v1": 0, "v2": 1 }""", """ "v1": {}, "v2": { "MaxConcurrentQueries": 16, "MaxQueuedQueries": 50 } """));
            await Until(() => routers[0].Error.Contains("is in force", StringComparison.Ordinal), "the router took the changed file");
        });

        Assert.Empty(report.Errors);
        var second = report.Backends.GetValueOrDefault("v2");
        Assert.True(second > report.Requests * 0.2, $"v2 got {second} of {report.Requests}, as if the file had not changed");
        var after = await LoadAsync(TimeSpan.FromSeconds(1), during: () => Task.CompletedTask);
        Assert.Empty(after.Errors);
        Assert.Equal(after.Requests, after.Backends.GetValueOrDefault("v2"));
        var call = Run("call", "greet", "hello", "--verbose", "--timeout", "20s");
        Assert.Equal(0, await call.WaitAsync(ServingSystem.Patience));
        Assert.Contains("v2", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_prints_its_reply_and_an_error_its_code()
    {
        await StartSystemAsync(routers: 1);

        var call = Run("call", "greet", """{"name":"Ada"}""", "--json", "--timeout", "20s", "--shard-key", "u42");
        Assert.Equal(0, await call.WaitAsync(ServingSystem.Patience));
        Assert.Equal("Ada", JsonDocument.Parse(call.Output).RootElement.GetProperty("name").GetString());

        var unknown = Run("call", "nowhere", "hello", "--timeout", "20s");
        Assert.Equal(1, await unknown.WaitAsync(ServingSystem.Patience));
        Assert.Empty(unknown.Output.Trim());
        Assert.StartsWith("endpoint_not_found", unknown.Error, StringComparison.Ordinal);

        var misspelt = Run("call", "greet", "hello", "--tiemout", "5s");
        Assert.Equal(2, await misspelt.WaitAsync(ServingSystem.Patience));
    }

    [Fact]
    public async Task A_login_in_a_file_counts_instead_of_the_one_in_the_URI()
    {
        await StartSystemAsync(routers: 1);
        var user = new Uri(_uri).UserInfo;
        var stranger = new UriBuilder(_uri) { UserName = "stranger", Password = "s3cret" }.Uri.AbsoluteUri;
        var login = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(login, $"{user}\n");
            await using var call = Brokerserve.Start(stranger, "call", "greet", "hello", "--timeout", "20s", "--broker-login", login, "--prefix", System.Prefix);
            Assert.Equal(0, await call.WaitAsync(ServingSystem.Patience));
        }
        finally
        {
            File.Delete(login);
        }
    }

    [Fact]
    public async Task A_broker_that_is_not_there_or_refuses_the_login_is_named_in_one_line()
    {
        await using var nowhere = Brokerserve.Start("amqp://guest:guest@127.0.0.1:1", "call", "greet", "hello", "--timeout", "5s");
        Assert.Equal(1, await nowhere.WaitAsync(ServingSystem.Patience));
        Assert.Single(nowhere.Error.Trim().Split('\n'));
        Assert.Contains("127.0.0.1:1", nowhere.Error, StringComparison.Ordinal);

        var stranger = new UriBuilder(_uri) { UserName = "stranger", Password = "s3cret" }.Uri.AbsoluteUri;
        await using var refused = Brokerserve.Start(stranger, "call", "greet", "hello", "--timeout", "5s");
        Assert.Equal(1, await refused.WaitAsync(ServingSystem.Patience));
        Assert.Single(refused.Error.Trim().Split('\n'));
        Assert.DoesNotContain("s3cret", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Router_and_worker_end_cleanly_on_SIGTERM_and_SIGINT()
    {
        var (routers, workers) = await StartSystemAsync(routers: 1);

        workers[0].Terminate();
        Assert.Equal(0, await workers[0].WaitAsync(ServingSystem.Patience));
        routers[0].Interrupt();
        Assert.Equal(0, await routers[0].WaitAsync(ServingSystem.Patience));
    }

    private async Task<(Brokerserve[] Routers, Brokerserve[] Workers)> StartSystemAsync(int routers, bool shadowed = false)
    {
        var shadow = shadowed ? $@", ""Shadow"": {{ ""v3"": {ShadowShare.ToString(CultureInfo.InvariantCulture)} }}" : "";
        await SaveAsync(Config($$"""{ "v1": 0.9, "v2": 0.1 }{{shadow}}""", """ "v1": {}, "v2": {} """));
        var startedRouters = Enumerable.Range(0, routers).Select(_ => Run(prefix: false, "router", "--config", _config)).ToArray();
        Brokerserve[] workers =
        [
            Run("worker", "v1", "--handler", "echo", "--replicas", "2", "--max-concurrent", "32"),
            Run("worker", "v1", "--handler", "echo", "--replicas", "2", "--max-concurrent", "32"),
            Run("worker", "v2", "--handler", "echo", "--max-concurrent", "32"),
        ];
        if (shadowed)
        {
            await System.StartWorkerAsync("v3", worker => worker.HandleRaw(query =>
            {
                Interlocked.Increment(ref _shadowed);
                return query.Echo();
            }));
        }

        // The first answered call says that router and workers have found each other.
        var first = Run("call", "greet", "hello", "--timeout", "25s");
        Assert.True(await first.WaitAsync(ServingSystem.Patience) == 0, first.Error + string.Concat(startedRouters.Select(r => r.Error)));
        return (startedRouters, workers);
    }

    private string Config(string traffic, string backends) => $$"""
        { "BrokerServe": { "Prefix": "{{System.Prefix}}",
            "Endpoints": { "greet": { "Traffic": {{traffic}} } },
            "Backends": { {{backends}}, "v3": {} } } }
        """;

    // As editors do: never half a file under the name.
    private async Task SaveAsync(string text)
    {
        await File.WriteAllTextAsync(_config + ".new", text);
        File.Move(_config + ".new", _config, overwrite: true);
    }

    private async Task<LoadReport> LoadAsync(TimeSpan duration, Func<Task> during)
    {
        var load = Run(
            "load", "greet", "--concurrency", "64", "--size", "64", "--json",
            "--duration", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s");
        await during();
        var code = await load.WaitAsync(duration + TimeSpan.FromSeconds(60));
        Assert.True(code == 0, load.Error);
        return LoadReport.Parse(load.Output);
    }

    /// <summary>Calls for as long after a change as until it had happened, however long that took: half of the time is after it.</summary>
    private async Task<LoadReport> LoadAcrossAsync(Func<Task> change)
    {
        var started = Stopwatch.GetTimestamp();
        var load = Run("load", "greet", "--concurrency", "64", "--size", "64", "--json", "--duration", "10m");
        await change();
        var taken = Stopwatch.GetElapsedTime(started);
        await Task.Delay(taken < TimeSpan.FromSeconds(4) ? TimeSpan.FromSeconds(4) : taken);
        load.Terminate();
        var code = await load.WaitAsync(ServingSystem.Patience);
        Assert.True(code == 0, load.Error);
        return LoadReport.Parse(load.Output);
    }

    private Brokerserve Run(params string[] arguments) => Run(prefix: true, arguments);

    private Brokerserve Run(bool prefix, params string[] arguments)
    {
        var process = Brokerserve.Start(_uri, prefix ? [.. arguments, "--prefix", System.Prefix] : arguments);
        _processes.Add(process);
        return process;
    }

    // Not a wait for something that could be waited for: the crash shall come at some moment in the middle of the load.
    private static async Task AfterAsync(TimeSpan delay, Action act)
    {
        await Task.Delay(delay);
        act();
    }

    private static void AssertShare(long count, long of, double share, string whose) =>
        Assert.True(IsShare(count, of, share), $"{whose} got {count} of {of}, and its share is {share}");

    /// <summary>Within five standard deviations of a binomial: one run in two million fails by chance.</summary>
    private static bool IsShare(long count, long of, double share) =>
        Math.Abs(count - (of * share)) <= 5 * Math.Sqrt(of * share * (1 - share));
}
