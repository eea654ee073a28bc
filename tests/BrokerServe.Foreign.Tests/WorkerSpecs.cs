using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.Foreign.Tests.Languages;
using BrokerServe.Protocol;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>A .NET client calls the sample worker of a language.</summary>
public abstract class WorkerSpecs : ForeignSpecs
{
    private static readonly byte[] Nil = [0xc0];
    private static readonly byte[] NeverUsed = [0xc1];

    private protected abstract Language Language { get; }

    [Fact]
    public async Task A_call_comes_back_and_errors_come_by_their_code()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        StartWorker(Language, "greet-v1");
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

        var unreadable = await FailAsync(client, NeverUsed);
        Assert.Equal(ReplyStatus.BadRequest, unreadable.Status);

        Assert.Equal("Hello, Ada!", await InvokeAsync<Dictionary<string, string>, string>(client, ada));
    }

    [Fact]
    public async Task Metadata_endpoint_attempt_and_deadline_arrive()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var worker = StartWorker(Language, "greet-v1");
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
        StartWorker(Language, "greet-v1", maxConcurrent: 1);
        var client = await System.StartClientAsync();
        await DescribeAsync(client, "greet");

        var late = await Assert.ThrowsAsync<BrokerServeException>(() => InvokeAsync<int, object>(
            client, 60, new InvokeOptions { Method = "sleep", Timeout = TimeSpan.FromSeconds(1) }));

        Assert.Equal(ReplyStatus.DeadlineExceeded, late.Status);
        await DescribeAsync(client, "greet");
    }

    [Fact]
    public async Task One_shard_key_goes_to_one_worker_and_to_the_one_that_the_protocol_says()
    {
        await System.StartRouterAsync(Splitting("greet", new Dictionary<string, double> { ["v1"] = 0.5, ["v2"] = 0.5 }));
        var (first, second) = (StartWorker(Language, "v1"), StartWorker(Language, "v2"));
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

    private static async Task<TReply> InvokeAsync<TRequest, TReply>(IBrokerServeClient client, TRequest request, InvokeOptions? options = null) =>
        await client.InvokeAsync<TRequest, TReply>("greet", request, options).AsTask().WaitAsync(ServingSystem.Patience);

    private static Task<BrokerServeException> FailAsync(IBrokerServeClient client, byte[] payload, string? method = null) =>
        Assert.ThrowsAsync<BrokerServeException>(
            () => client.InvokeRawAsync("greet", payload, new InvokeOptions { Method = method }).AsTask().WaitAsync(ServingSystem.Patience));
}
