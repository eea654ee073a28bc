using System.Buffers.Binary;
using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.Foreign.Tests.Languages;
using BrokerServe.Protocol;
using BrokerServe.TestBroker;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>How the sample worker of a language comes, stays and goes.</summary>
/// <remarks>Its lease is 3 s, and it runs one query at once where two of them share the calls: so each call's place is known.</remarks>
public abstract class WorkerLifeSpecs : ForeignSpecs
{
    private protected abstract Language Language { get; }

    [Fact]
    public async Task Heartbeats_keep_a_busy_worker_in_service_for_longer_than_its_lease()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        StartWorker(Language, "greet-v1", maxConcurrent: 1);
        var client = await System.StartClientAsync();

        Assert.Equal(1, (await SleepAsync(client, seconds: 5)).Attempts);
    }

    [Fact]
    public async Task A_worker_that_falls_silent_loses_its_place_and_what_it_holds_and_has_its_place_again_when_it_speaks()
    {
        var (client, busy, idle, held) = await StartTwoOfWhichOneIsBusyAsync();
        await using var reports = await ReportReader.StartAsync(Broker(), new ObjectNames(System.Prefix));

        busy.Freeze();
        await reports.NextAsync(report => report.Backends.Single().Replicas == 1);
        Assert.Equal(2, (await held).Attempts);
        Assert.Equal(idle.Id, (await DescribeAsync(client, "greet")).Process);

        busy.Thaw();
        await reports.NextAsync(report => report.Backends.Single() is { Replicas: 2, Credit: 2 });
        var calls = await Task.WhenAll(SleepAsync(client, seconds: 1), SleepAsync(client, seconds: 1));
        Assert.NotEqual(calls[0].Replica, calls[1].Replica);
    }

    [Fact]
    public async Task SIGTERM_drains_a_worker_without_a_lost_call()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await using var reports = await ReportReader.StartAsync(Broker(), new ObjectNames(System.Prefix));
        var worker = StartWorker(Language, "greet-v1");
        var client = await System.StartClientAsync();
        await DescribeAsync(client, "greet");

        // Eight run, and the others wait: for this worker, or for its successor.
        var calls = Enumerable.Range(0, 20).Select(_ => SleepAsync(client, seconds: 2)).ToArray();
        await reports.NextAsync(report => report.Backends.Single() is { InFlight: 8, Queued: > 0 });
        worker.Terminate();
        var successor = StartWorker(Language, "greet-v1");

        Assert.All(await Task.WhenAll(calls), reply => Assert.Equal(1, reply.Attempts));
        Assert.True(await worker.WaitAsync() == 0, worker.Error);
        Assert.Equal(successor.Id, (await DescribeAsync(client, "greet")).Process);
    }

    [Fact]
    public async Task A_worker_that_drains_goes_when_its_grace_is_over_and_what_it_had_runs_elsewhere()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await using var reports = await ReportReader.StartAsync(Broker(), new ObjectNames(System.Prefix));
        var worker = StartWorker(Language, "greet-v1", graceSeconds: 1);
        var client = await System.StartClientAsync();
        await DescribeAsync(client, "greet");

        // For longer than anybody here waits: who ends has not waited for it.
        using var enough = new CancellationTokenSource();
        var call = SleepAsync(client, seconds: 100, new InvokeOptions { Timeout = TimeSpan.FromSeconds(100) }, enough.Token);
        await reports.NextAsync(report => report.Backends.Single() is { InFlight: 1 });
        worker.Terminate();
        var successor = StartWorker(Language, "greet-v1", graceSeconds: 1);

        Assert.True(await worker.WaitAsync() == 0, worker.Error);
        await reports.NextAsync(report => report.Backends.Single() is { Replicas: 1, InFlight: 1 });
        Assert.Equal(successor.Id, (await DescribeAsync(client, "greet")).Process);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact(DisplayName = "Semantics 12: Replica death with queries in flight: each is retried on another replica, in other languages after kill -9.")]
    public async Task Killing_a_worker_with_a_query_in_flight_moves_the_query_to_another()
    {
        var (_, busy, _, held) = await StartTwoOfWhichOneIsBusyAsync();

        busy.Kill();

        Assert.Equal(2, (await held).Attempts);
    }

    [Fact]
    public async Task A_worker_that_comes_before_the_first_router_ends_and_says_why()
    {
        var worker = StartWorker(Language, "greet-v1");

        Assert.Equal(1, await worker.WaitAsync());
        Assert.Contains("no exchange", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_loses_its_connection_ends_so_that_it_can_be_started_again()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await using var proxy = new TcpProxy(Uri);
        var worker = StartWorker(Language, "greet-v1", uri: proxy.Uri);
        var client = await System.StartClientAsync();
        Assert.Equal(worker.Id, (await DescribeAsync(client, "greet")).Process);

        proxy.CutAll();

        Assert.Equal(1, await worker.WaitAsync());
    }

    /// <summary>Two workers, and a call that one of them holds.</summary>
    private async Task<(IBrokerServeClient Client, Script Busy, Script Idle, Task<RawReply> Held)> StartTwoOfWhichOneIsBusyAsync()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await using var reports = await ReportReader.StartAsync(Broker(), new ObjectNames(System.Prefix));
        var (one, two) = (StartWorker(Language, "greet-v1", maxConcurrent: 1), StartWorker(Language, "greet-v1", maxConcurrent: 1));
        await reports.NextAsync(report => report.Backends.Single() is { Replicas: 2, Credit: 2 });
        var client = await System.StartClientAsync();

        while (true)
        {
            // Whoever answers meanwhile is the idle one. On a machine so slow that there was no meanwhile, once more.
            var held = SleepAsync(client, seconds: 2);
            var description = await DescribeAsync(client, "greet");
            if (!held.IsCompleted)
            {
                return one.Id == description.Process ? (client, two, one, held) : (client, one, two, held);
            }

            await held;
        }
    }

    // As MessagePack: a float of 64 bits.
    private static Task<RawReply> SleepAsync(
        IBrokerServeClient client, double seconds, InvokeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var payload = new byte[9];
        payload[0] = 0xcb;
        BinaryPrimitives.WriteDoubleBigEndian(payload.AsSpan(1), seconds);
        return client.InvokeRawAsync("greet", payload, (options ?? new InvokeOptions()) with { Method = "sleep" }, cancellationToken)
            .AsTask().WaitAsync(ServingSystem.Patience);
    }
}
