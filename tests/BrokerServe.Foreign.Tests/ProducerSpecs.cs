using System.Globalization;
using System.Text.Json;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.Foreign.Tests.Languages;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.TestBroker;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample producer of a language calls a .NET worker.</summary>
public abstract class ProducerSpecs : ForeignSpecs
{
    private const string Ada = """{"name": "Ada"}""";

    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private protected abstract Language Language { get; }

    [Fact]
    public async Task A_call_carries_argument_method_and_metadata_and_its_reply_is_printed()
    {
        await StartAsync();

        var (code, output, error) = await ProduceAsync(Language, "greet", Ada, "method=welcome", "meta-user=Zoë", "meta-mail=a=b", "timeout=20");

        Assert.True(code == 0, error);
        Assert.Equal("Welcome, Ada, say Zoë and a=b!", JsonSerializer.Deserialize<string>(output));
    }

    [Fact]
    public async Task The_deadline_travels_with_the_call()
    {
        await StartAsync();
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        var (code, output, error) = await ProduceAsync(Language, "greet", Ada, "method=deadline", "timeout=20.5");

        Assert.True(code == 0, error);
        var deadline = long.Parse(output, CultureInfo.InvariantCulture);
        Assert.InRange(deadline, before + 20_000, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 20_500);
    }

    [Fact]
    public async Task One_shard_key_goes_to_the_backend_that_the_protocol_says()
    {
        await System.StartRouterAsync(Splitting("greet", new Dictionary<string, double> { ["v1"] = 0.5, ["v2"] = 0.5 }));
        foreach (var backend in new[] { "v1", "v2" })
        {
            await System.StartWorkerAsync(backend, worker => worker.Handle<Person, string>(_ => backend));
        }

        // The draws of these keys are golden values of PROTOCOL.md: 0.24, 0.82, 0.23.
        foreach (var (key, backend) in new[] { ("u42", "v1"), ("a", "v2"), ("héllo", "v1") })
        {
            Assert.Equal((0, $"\"{backend}\"", ""), await ProduceAsync(Language, "greet", Ada, "shard_key=" + key));
        }
    }

    [Theory]
    [InlineData("endpoint_not_found", "nowhere", "timeout=20")]
    [InlineData("method_not_found", "greet", "method=nothing")]
    [InlineData("handler_error", "greet", "method=fail")]
    [InlineData("deadline_exceeded", "greet", "method=hang", "timeout=1")]
    [InlineData("bad_request", "greet", "bs-priority=high")]
    public async Task An_error_is_told_by_its_code(string code, string endpoint, params string[] options)
    {
        await StartAsync();

        var (exit, output, error) = await ProduceAsync(Language, [endpoint, Ada, .. options]);

        Assert.Equal(1, exit);
        Assert.Empty(output);
        Assert.StartsWith(code + ":", error, StringComparison.Ordinal);
        Assert.DoesNotContain("safe to call again", error, StringComparison.Ordinal);
        Assert.True(ReplyStatuses.TryParse(code, out _));
    }

    [Fact]
    public async Task An_error_that_may_be_retried_says_so()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1", backendConfig: new() { WhenNoReplica = WhenNoReplica.Reject }));

        AssertFails("no_backend:", "(safe to call again)", await ProduceAsync(Language, "greet", "1", "timeout=20"));
    }

    [Fact]
    public async Task A_producer_that_comes_before_the_first_router_hears_that_nothing_was_sent() =>
        AssertFails("unavailable:", "(safe to call again)", await ProduceAsync(Language, "greet", "1", "timeout=20"));

    [Fact]
    public async Task A_call_on_a_channel_that_the_broker_has_closed_was_not_sent_either()
    {
        // Without a router there is no exchange: the first call costs the channel, and the second finds it closed.
        var (code, output, error) = await EndAsync(Start(Language, Language.ManyCalls, ["greet", "2"]));

        Assert.True(code == 0, error);
        Assert.All(output.Split('\n'), said => Assert.StartsWith("unavailable:", said, StringComparison.Ordinal));
        Assert.Equal(2, output.Split('\n').Length);
    }

    [Fact]
    public async Task A_call_that_nobody_answers_ends_at_its_deadline_and_whoever_has_it_hears_so()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var names = new ObjectNames(System.Prefix);
        await using var requests = await ReadAsync(names.Requests, "silence");
        await using var cancellations = await ReadAsync(names.Cancels);

        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        AssertFails("deadline_exceeded:", "may have run.", await ProduceAsync(Language, "silence", Ada, "timeout=1.2345"));

        var request = await requests.NextAsync(request => request is { Persistent: true, ExpirationMs: 1_234 or 1_235, MessageId: not null });
        Assert.True(request.Headers!.TryGetInteger(HeaderNames.Deadline, out var deadline), "There is no deadline, or it is no whole number.");
        Assert.InRange(deadline, before + 1_234, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        await cancellations.NextAsync(cancellation =>
            cancellation.CorrelationId == request.CorrelationId && cancellation.ReplyTo == request.ReplyTo);
    }

    [Fact]
    public async Task A_lost_connection_leaves_the_outcome_of_a_call_unknown()
    {
        await StartAsync();
        await using var proxy = new TcpProxy(Uri);

        var producer = Start(Language, Language.Sample("producer"), ["greet", Ada, "method=hang"], proxy.Uri);
        await _hanging.Task.WaitAsync(ServingSystem.Patience);
        proxy.CutAll();

        AssertFails("outcome_unknown:", "", await EndAsync(producer));
        _released.SetResult("to nobody"); // Or the worker would wait for its handler when it stops.
    }

    private Task<ExchangeReader<MessageProperties>> ReadAsync(string exchange, string routingKey = "") =>
        ExchangeReader<MessageProperties>.StartAsync(Broker(), exchange, static (in Delivery delivery) => delivery.Properties, routingKey);

    private static void AssertFails(string beginning, string end, (int Code, string Output, string Error) said)
    {
        Assert.Equal((1, ""), (said.Code, said.Output));
        Assert.StartsWith(beginning, said.Error, StringComparison.Ordinal);
        Assert.EndsWith(end, said.Error, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker =>
        {
            worker.Handle<Person, string>("welcome", (person, query, _) =>
                $"Welcome, {person.name}, say {query.Metadata["user"]} and {query.Metadata["mail"]}!");
            worker.Handle<Person, long>("deadline", (_, query, _) => query.Deadline.ToUnixTimeMilliseconds());
            worker.Handle<Person, string>("fail", string (_) => throw new InvalidOperationException("It is broken."));
            worker.Handle<Person, string>("hang", async Task<string> (_, _, cancellation) =>
            {
                _hanging.TrySetResult();
                return await _released.Task.WaitAsync(cancellation);
            });
        });
    }

    /// <summary>What the samples send: names as they write them.</summary>
    public sealed class Person
    {
        public string name { get; set; } = "";
    }
}
