using System.Collections.Concurrent;
using BrokerServe.Client;
using BrokerServe.Worker;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>The configuration of a running router changes while calls flow, and no call is lost or fails.</summary>
public abstract class LiveConfigSpecs : EndToEndSpecs
{
    // Each takes the place of the last; between them they change limits, weights, shadows, batch sizes, bounds and endpoints.
    private static readonly (string Settings, string[] Backends)[] Changes =
    [
        (Serving("""{ "Traffic": { "v1": 1 } }, "side": {}""", """ "v1": { "MaxConcurrentQueries": 2 }, "v2": {} """), ["v1"]),
        (Serving("""{ "Traffic": { "v2": 1 }, "Shadow": { "v3": 1 } }""", """ "v1": {}, "v2": { "MaxConcurrentQueries": 16 } """), ["v2"]),
        (Serving(
            """{ "Traffic": { "v1": 0.5, "v2": 0.5 }, "Shadow": { "v3": 0.5 } }""",
            """ "v1": { "MaxBatchSize": 4, "BatchWaitTimeout": "1ms" }, "v2": { "UserConfig": "{}" } """), ["v1", "v2"]),
        (Serving("""{ "Traffic": { "v4": 1 } }, "side": { "Traffic": { "v1": 1 } }""", """ "v1": {}, "v2": { "MaxQueuedQueries": 10 } """), ["v4"]),
        (Serving("""{ "Traffic": { "v1": 1 }, "MaxBodyBytes": 100000 }""", """ "v1": { "MaxQueuedQueries": 4 }, "v2": { "MaxInFlight": 2000 } """), ["v1"]),
    ];

    [Fact]
    public async Task A_configuration_that_changes_all_the_time_under_load_fails_no_call_and_each_change_is_followed_at_once()
    {
        var config = new LiveConfig(System.Prefix, """ "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": {} } """);
        await System.StartRouterAsync(config);
        foreach (var backend in new[] { "v1", "v2", "v3", "v4" })
        {
            await System.StartWorkerAsync(backend, Echo);
        }

        var client = await System.StartClientAsync();
        var probe = await System.StartClientAsync();
        await CallAsync(probe);
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => CallUntilAsync(client, enough.Token)));

        for (var round = 0; round < 6; round++)
        {
            foreach (var (settings, backends) in Changes)
            {
                config.Rewrite(settings);
                for (var call = 0; call < 8; call++)
                {
                    Assert.Contains(await CallAsync(probe), backends);
                }
            }
        }

        await enough.CancelAsync();
        Assert.All(await load, calls => Assert.True(calls > 0));
    }

    [Fact]
    public async Task An_endpoint_that_comes_into_the_configuration_serves_and_one_that_goes_keeps_its_requests_until_it_comes_back()
    {
        const string Both = """ "Endpoints": { "greet": { "Traffic": { "v1": 1 } }, "side": { "Traffic": { "v2": 1 } } }, "Backends": { "v1": {}, "v2": {} } """;
        const string One = """ "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": {}, "v2": {} } """;
        var config = new LiveConfig(System.Prefix, One);
        await System.StartRouterAsync(config);
        var seen = new ConcurrentQueue<int>();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await System.StartWorkerAsync("v1", Echo);
        await System.StartWorkerAsync("v2", worker =>
        {
            worker.MaxConcurrentQueries = 2;
            worker.Handle<int, int>(async ValueTask<int> (number, _, _) =>
            {
                seen.Enqueue(number);
                await gate.Task;
                return number;
            });
        });
        var client = await System.StartClientAsync();
        var single = await System.StartClientAsync(options => options.CoalesceRequests = false); // Messages in the queue are calls then.
        await CallAsync(client);
        using var enough = new CancellationTokenSource();
        var load = CallUntilAsync(client, enough.Token);

        config.Rewrite(Both);
        await Until(async () => await System.CountWaitingAsync("side") == 0, "the new endpoint has its queue");
        var calls = Enumerable.Range(0, 10).Select(number => single.InvokeAsync<int, int>("side", number).AsTask()).ToArray();
        await Until(() => seen.Count == 2, "two calls run");

        // Two are at the replica and finish; eight wait in the router, and go back to their queue.
        config.Rewrite(One);
        await Until(async () => await System.CountWaitingAsync("side") == 8, "what was not dispatched is in the queue again");
        gate.SetResult();
        await Until(() => calls.Count(call => call.IsCompletedSuccessfully) == 2, "what ran was answered");
        var later = single.InvokeAsync<int, int>("side", 10).AsTask();
        await Until(async () => await System.CountWaitingAsync("side") == 9, "what comes later waits as well");
        await CallAsync(client);
        Assert.Equal(2, seen.Count);

        config.Rewrite(Both);
        Assert.Equal(Enumerable.Range(0, 11), await Task.WhenAll([.. calls, later]).WaitAsync(ServingSystem.Patience));
        Assert.Equal(Enumerable.Range(0, 11), seen.Order());
        await enough.CancelAsync();
        Assert.True(await load > 0);
    }

    [Fact(DisplayName = "Semantics 28: Config changes (limit, batch size, batch wait, user config) reach running workers; replicas are not restarted.")]
    public async Task Settings_of_a_backend_reach_running_workers_and_are_taken_back_when_they_go()
    {
        const string Wide = """ "Endpoints": { "greet": { "Traffic": { "v1": 1 } } }, "Backends": { "v1": { "MaxAttempts": 2 } } """;
        const string Narrow = """
            "Endpoints": { "greet": { "Traffic": { "v1": 1 } } },
            "Backends": { "v1": { "MaxAttempts": 2, "MaxConcurrentQueries": 4, "MaxBatchSize": 2, "UserConfig": "narrow" } }
            """;
        var config = new LiveConfig(System.Prefix, Wide);
        await System.StartRouterAsync(config);
        var sizes = new ConcurrentQueue<int>();
        var texts = new ConcurrentQueue<string>();
        await System.StartWorkerAsync("v1", worker =>
        {
            worker.MaxConcurrentQueries = 8;
            worker.MaxBatchSize = 8;
            worker.BatchWaitTimeout = TimeSpan.FromSeconds(20); // Only a full batch runs.
            worker.HandleBatch<int, int>((batch, _) =>
            {
                sizes.Enqueue(batch.Count);
                return batch;
            });
            worker.OnReconfigure((text, _) =>
            {
                texts.Enqueue(text);
                return Task.CompletedTask;
            });
        });
        var client = await System.StartClientAsync();

        await EightCallsAsync([8]);
        config.Rewrite(Narrow);
        await Until(() => texts.SequenceEqual(["narrow"]), "the worker was told");
        await EightCallsAsync([2, 2, 2, 2]);
        config.Rewrite(Wide);
        await Until(() => texts.SequenceEqual(["narrow", ""]), "the worker was told that nothing is said any more");
        await EightCallsAsync([8]);

        async Task EightCallsAsync(int[] batches)
        {
            sizes.Clear();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(number => client.InvokeAsync<int, int>("greet", number).AsTask()))
                .WaitAsync(ServingSystem.Patience);
            Assert.Equal(batches, sizes);
        }
    }

    private static string Serving(string greet, string backends) =>
        $$""" "Endpoints": { "greet": {{greet}} }, "Backends": { {{backends}}, "v3": { "ShadowMaxQueued": 10 }, "v4": {} } """;

    private static void Echo(BrokerServeWorkerOptions worker) => worker.HandleRaw(async (query, _) =>
    {
        await Task.Yield();
        return query.Echo();
    });

    private static async Task<string?> CallAsync(IBrokerServeClient client) =>
        (await client.InvokeRawAsync("greet", new byte[64]).AsTask().WaitAsync(ServingSystem.Patience)).Backend;

    private static async Task<int> CallUntilAsync(IBrokerServeClient client, CancellationToken enough)
    {
        var calls = 0;
        for (; !enough.IsCancellationRequested; calls++)
        {
            await CallAsync(client);
        }

        return calls;
    }
}
