using System.Globalization;
using System.Text;
using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.Foreign.Tests.Languages;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>RPC servers of the RabbitMQ tutorial, unchanged, as replicas.</summary>
public sealed class StaticReplicaSpecs : ForeignSpecs
{
    private const string Server = "tests/BrokerServe.Foreign.Tests/Tutorial/rpc_server.py";

    private readonly string _queue = TestBroker.TestBroker.Unique("rpc_queue");
    private readonly string _shadowQueue = TestBroker.TestBroker.Unique("rpc_queue");

    protected override async ValueTask CleanUpAsync()
    {
        await base.CleanUpAsync();
        await using var connection = await Broker().ConnectAsync("clean up", CancellationToken.None);
        await connection.DeleteQueueAsync(_queue, CancellationToken.None);
        await connection.DeleteQueueAsync(_shadowQueue, CancellationToken.None);
    }

    [Fact]
    public async Task A_tutorial_server_shares_an_endpoint_with_a_worker_by_weight_and_another_gets_a_copy_of_everything()
    {
        var shadow = StartServer(_shadowQueue);
        StartServer(_queue);
        await ServedAsync(_queue);
        await ServedAsync(_shadowQueue);
        await System.StartRouterAsync(options =>
        {
            options.Endpoints["fib"] = new EndpointConfig
            {
                Traffic = new Dictionary<string, double> { ["tutorial"] = 0.5, ["worker"] = 0.5 },
                Shadow = new Dictionary<string, double> { ["copy"] = 1 },
            };
            options.Backends["tutorial"] = Of(_queue, limit: 4);
            options.Backends["copy"] = Of(_shadowQueue, limit: 2);
            options.Backends["worker"] = new BackendConfig();
        });
        await System.StartWorkerAsync("worker", worker => worker.HandleRaw(_ => Encoding.UTF8.GetBytes("55")));
        var client = await System.StartClientAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CallAsync(client)));

        Assert.All(replies, reply => Assert.Equal("55", Encoding.UTF8.GetString(reply.Body.Span)));
        Assert.InRange(replies.Count(reply => reply.Backend == "tutorial"), 65, 135); // Five standard deviations: one run in two million fails by chance.
        Assert.All(replies, reply => Assert.Equal(1, reply.Attempts));
        Assert.All(replies.Where(reply => reply.Backend == "tutorial"), reply => Assert.Equal("static:" + _queue, reply.Replica));

        // The draws of these keys are golden values of PROTOCOL.md: 0.24, 0.82.
        Assert.Equal("tutorial", (await CallAsync(client, new InvokeOptions { ShardKey = "u42" })).Backend);
        Assert.Equal("worker", (await CallAsync(client, new InvokeOptions { ShardKey = "a" })).Backend);

        await Until(() => shadow.Output.Split("fib(10)").Length - 1 == 202, "the shadow had a copy of each call");
    }

    [Fact]
    public async Task Without_its_queue_it_is_gone_at_once_and_with_it_there_again()
    {
        await System.StartRouterAsync(Serving("fib", "tutorial", backendConfig: Of(_queue, limit: 1)));
        var client = await System.StartClientAsync();

        // Nobody has declared the queue yet: the query comes back, which was no attempt, and waits for the queue.
        var early = CallAsync(client);
        Assert.NotSame(early, await Task.WhenAny(early, Task.Delay(TimeSpan.FromSeconds(1.5))));
        StartServer(_queue);
        Assert.Equal(1, (await early).Attempts);
        Assert.Equal(1, (await CallAsync(client)).Attempts);
    }

    [Fact]
    public async Task What_it_never_answers_costs_a_place_only_until_its_deadline_and_the_skew_of_clocks()
    {
        await using var connection = await Broker().ConnectAsync("nobody", CancellationToken.None);
        await connection.DeclareQueueAsync(new QueueDeclaration(_queue), CancellationToken.None);
        await System.StartRouterAsync(options =>
        {
            Serving("fib", "tutorial", backendConfig: Of(_queue, limit: 1))(options);
            options.ClockSkew = TimeSpan.FromSeconds(1);
        });
        var client = await System.StartClientAsync();

        var error = await Assert.ThrowsAsync<BrokerServeException>(() => CallAsync(client, new InvokeOptions { Timeout = TimeSpan.FromSeconds(1) }));
        Assert.Equal(ReplyStatus.DeadlineExceeded, error.Status);

        // The broker has dropped the query; the next waits for its place.
        StartServer(_queue);
        Assert.Equal("55", Encoding.UTF8.GetString((await CallAsync(client)).Body.Span));
    }

    private static BackendConfig Of(string queue, int limit) => new() { StaticReplicas = [new() { Queue = queue, Limit = limit }] };

    private static Task<RawReply> CallAsync(IBrokerServeClient client, InvokeOptions? options = null) =>
        client.InvokeRawAsync("fib", Encoding.UTF8.GetBytes(10.ToString(CultureInfo.InvariantCulture)), options)
            .AsTask().WaitAsync(ServingSystem.Patience);

    /// <summary>Waits until a server has declared its queue.</summary>
    private async Task ServedAsync(string queue)
    {
        await using var connection = await Broker().ConnectAsync("look", CancellationToken.None);
        await Until(async () => await connection.InspectQueueAsync(queue, CancellationToken.None) is not null, $"{queue} was declared");
    }

    private Script StartServer(string queue) => Start(Language.Python, Server, [Uri, queue]);
}
