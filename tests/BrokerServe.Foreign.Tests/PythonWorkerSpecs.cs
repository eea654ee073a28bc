using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.Protocol;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>A .NET client calls the Python sample worker.</summary>
public sealed class PythonWorkerSpecs : ForeignSpecs
{
    private static readonly byte[] Nil = [0xc0];

    [Fact]
    public async Task A_call_comes_back_and_errors_come_by_their_code()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        StartWorker("greet-v1");
        var client = await System.StartClientAsync();

        var ada = new Dictionary<string, string> { ["name"] = "Ada" };
        Assert.Equal("Hello, Ada!", await InvokeAsync<Dictionary<string, string>, string>(client, ada));

        var unknown = await FailAsync(client, Nil, "nothing");
        Assert.Equal(ReplyStatus.MethodNotFound, unknown.Status);
        Assert.Contains("nothing", unknown.Reason, StringComparison.Ordinal);
        Assert.Contains("describe", unknown.Reason, StringComparison.Ordinal);

        var failed = await FailAsync(client, Nil);
        Assert.Equal(ReplyStatus.HandlerError, failed.Status);
        Assert.Equal("TypeError", failed.RemoteType);

        var unreadable = await FailAsync(client, new byte[] { 0xc1 });
        Assert.Equal(ReplyStatus.BadRequest, unreadable.Status);

        Assert.Equal("Hello, Ada!", await InvokeAsync<Dictionary<string, string>, string>(client, ada));
    }

    [Fact]
    public async Task Metadata_endpoint_attempt_and_deadline_arrive()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var worker = StartWorker("greet-v1");
        var client = await System.StartClientAsync();

        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (process, headers) = await DescribeAsync(client, "greet", new InvokeOptions
        {
            Timeout = TimeSpan.FromSeconds(20),
            Metadata = new Dictionary<string, string> { ["user"] = "Zoë" },
        });

        Assert.Equal(worker.Id, process);
        Assert.Equal("Zoë", headers["meta-user"]);
        Assert.Equal("greet", headers["bs-endpoint"]);
        Assert.Equal(1, Convert.ToInt32(headers["bs-attempt"], null));
        Assert.InRange(Convert.ToInt64(headers["bs-time-left"], null), 1, 20_000);
        Assert.InRange(Convert.ToInt64(headers["bs-deadline"], null), before, before + 20_000 + (long)ServingSystem.Patience.TotalMilliseconds);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_and_the_place_at_the_replica_is_free_again()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        StartWorker("greet-v1", maxConcurrent: 1);
        var client = await System.StartClientAsync();
        await DescribeAsync(client, "greet");

        var late = await Assert.ThrowsAsync<BrokerServeException>(() => InvokeAsync<int, object>(
            client, 60, new InvokeOptions { Method = "sleep", Timeout = TimeSpan.FromSeconds(1) }));

        Assert.Equal(ReplyStatus.DeadlineExceeded, late.Status);
        await DescribeAsync(client, "greet");
    }

    [Fact]
    public async Task Heartbeats_keep_a_busy_worker_in_service_for_longer_than_its_lease()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        StartWorker("greet-v1", maxConcurrent: 1);
        var client = await System.StartClientAsync();

        var slept = await SleepAsync(client, seconds: 5); // The lease is 3 s.

        Assert.Equal(1, slept.Attempts);
    }

    [Fact]
    public async Task One_shard_key_goes_to_one_worker_and_to_the_one_that_the_protocol_says()
    {
        await System.StartRouterAsync(Splitting("greet", new Dictionary<string, double> { ["v1"] = 0.5, ["v2"] = 0.5 }));
        var (first, second) = (StartWorker("v1"), StartWorker("v2"));
        var client = await System.StartClientAsync();

        // The draws of these keys are golden values of PROTOCOL.md: 0.24, 0.82, 0.63, 0.23.
        foreach (var (key, worker) in new[] { ("u42", first), ("a", second), ("user-1", second), ("héllo", first) })
        {
            for (var call = 0; call < 3; call++)
            {
                Assert.Equal(worker.Id, (await DescribeAsync(client, "greet", new InvokeOptions { ShardKey = key })).Process);
            }
        }
    }

    [Fact]
    public async Task SIGTERM_drains_a_worker_without_a_lost_call()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var worker = StartWorker("greet-v1");
        var client = await System.StartClientAsync();
        await DescribeAsync(client, "greet");

        var held = SleepAsync(client, seconds: 8); // Long enough for the other to start, also on a busy machine.
        var others = Enumerable.Range(0, 20).Select(_ => SleepAsync(client, seconds: 0.5)).ToArray(); // More than run at once.
        worker.Terminate();
        var successor = StartWorker("greet-v1");

        Assert.Equal(1, (await held).Attempts);
        Assert.All(await Task.WhenAll(others), reply => Assert.Equal(1, reply.Attempts));
        Assert.True(await worker.WaitAsync() == 0, worker.Error);
        Assert.Equal(successor.Id, (await DescribeAsync(client, "greet")).Process);
    }

    [Fact(DisplayName = "Semantics 12: Replica death with queries in flight: each is retried on another replica, in Python after kill -9.")]
    public async Task Killing_a_worker_with_a_query_in_flight_moves_the_query_to_another()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var doomed = StartWorker("greet-v1", maxConcurrent: 1);
        var client = await System.StartClientAsync();
        await DescribeAsync(client, "greet");

        var held = SleepAsync(client, seconds: 8); // Long enough for the other to start, also on a busy machine.
        var other = StartWorker("greet-v1", maxConcurrent: 1);
        var description = await DescribeAsync(client, "greet"); // Waits for the other, unless the first is free again.
        doomed.Kill();

        Assert.Equal(other.Id, description.Process);
        Assert.Equal(2, (await held).Attempts);
    }

    private static async Task<TReply> InvokeAsync<TRequest, TReply>(IBrokerServeClient client, TRequest request, InvokeOptions? options = null) =>
        await client.InvokeAsync<TRequest, TReply>("greet", request, options).AsTask().WaitAsync(ServingSystem.Patience);

    private static Task<BrokerServeException> FailAsync(IBrokerServeClient client, byte[] payload, string? method = null) =>
        Assert.ThrowsAsync<BrokerServeException>(
            () => client.InvokeRawAsync("greet", payload, new InvokeOptions { Method = method }).AsTask().WaitAsync(ServingSystem.Patience));

    // As MessagePack: a float of 64 bits.
    private static Task<RawReply> SleepAsync(IBrokerServeClient client, double seconds)
    {
        var payload = new byte[9];
        payload[0] = 0xcb;
        global::System.Buffers.Binary.BinaryPrimitives.WriteDoubleBigEndian(payload.AsSpan(1), seconds);
        return client.InvokeRawAsync("greet", payload, new InvokeOptions { Method = "sleep" }).AsTask().WaitAsync(ServingSystem.Patience);
    }
}
