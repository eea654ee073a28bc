using System.Collections.Concurrent;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Worker;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Requests that travel in one message have nothing else in common.</summary>
public abstract class FrameSpecs : EndToEndSpecs
{
    private FrameProducer? _producer;

    [Fact]
    public async Task Every_call_of_many_at_once_gets_its_own_reply()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var seen = new ConcurrentBag<int>();
        await System.StartWorkerAsync("greet-v1", worker => worker.Handle<int, int>(number =>
        {
            seen.Add(number);
            return -number;
        }));
        var client = await System.StartClientAsync();

        var calls = Enumerable.Range(1, 2_000).Select(number => client.InvokeAsync<int, int>("greet", number).AsTask()).ToArray();
        var replies = await Task.WhenAll(calls).WaitAsync(ServingSystem.Patience);

        Assert.Equal(Enumerable.Range(1, 2_000).Select(number => -number), replies);
        Assert.Equal(Enumerable.Range(1, 2_000), seen.Order());
    }

    [Fact]
    public async Task At_most_once_calls_travel_together_too()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1", config => config with { Delivery = DeliveryGuarantee.AtMostOnce }));
        await System.StartWorkerAsync("greet-v1", worker => worker.Handle<int, int>(number => -number));
        var client = await System.StartClientAsync(options => options.Delivery = DeliveryGuarantee.AtMostOnce);
        var calls = Enumerable.Range(1, 1_000).Select(number => client.InvokeAsync<int, int>("greet", number).AsTask()).ToArray();
        Assert.Equal(Enumerable.Range(1, 1_000).Select(number => -number), await Task.WhenAll(calls).WaitAsync(ServingSystem.Patience));
    }

    [Fact]
    public async Task At_most_once_a_request_that_comes_again_is_not_run_again()
    {
        var serving = Serving("greet", "greet-v1", config => config with { Delivery = DeliveryGuarantee.AtMostOnce });
        var first = await System.StartRouterAsync(serving);
        await System.StopAsync(first.Host);
        var runs = 0;
        await System.StartWorkerAsync("greet-v1", worker => worker.HandleRaw(query =>
        {
            Interlocked.Increment(ref runs);
            return query.Payload.ToArray();
        }));
        var producer = await StartProducerAsync();
        await producer.SendsAsync("greet", new FrameProducer.Member("a", ""), new FrameProducer.Member("b", ""));
        await producer.TakesAndVanishesAsync("greet");

        await System.StartRouterAsync(serving);
        var answers = await producer.HearsAsync(2);
        Assert.All(answers.Values, answer => Assert.Equal("outcome_unknown", answer.Status));
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task At_most_once_what_a_stopping_router_has_not_dispatched_of_a_frame_hears_so_and_nothing_runs_twice()
    {
        var serving = Serving("greet", "greet-v1", config => config with { Delivery = DeliveryGuarantee.AtMostOnce });
        var first = await System.StartRouterAsync(serving);
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;
        await System.StartWorkerAsync("greet-v1", worker =>
        {
            worker.MaxConcurrentQueries = 1;
            worker.HandleRaw(async (query, _) =>
            {
                Interlocked.Increment(ref runs);
                running.TrySetResult();
                await finish.Task;
                return query.Payload.ToArray();
            });
        });
        var producer = await StartProducerAsync();
        await producer.SendsAsync("greet", new("a", ""), new("b", ""), new("c", ""));
        await running.Task.WaitAsync(ServingSystem.Patience);

        var stopping = System.StopAsync(first.Host);
        Assert.Equal("unavailable", (await producer.HearsAsync()).Status);
        Assert.Equal("unavailable", (await producer.HearsAsync()).Status);
        finish.SetResult();
        Assert.Equal("ok", (await producer.HearsAsync()).Status);
        await stopping.WaitAsync(ServingSystem.Patience);

        // Whatever had gone back to the queue would be here before this.
        await System.StartRouterAsync(serving);
        await producer.SendsAsync("greet", new FrameProducer.Member("d", ""));
        Assert.Equal("d", (await producer.HearsAsync()).CorrelationId);
        Assert.Equal(2, runs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_asks_hears_whether_an_endpoint_takes_frames_and_nobody_else_does(bool takes)
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1", config => config with { CoalesceRequests = takes }));
        await System.StartWorkerAsync("greet-v1", Echo);
        var producer = await StartProducerAsync();

        await producer.SendsAloneAsync("greet", "asks", [new(HeaderNames.Frames, true)]);
        Assert.Equal((takes, "ok"), (await producer.HearsAsync()) is var answer ? (answer.SaysFrames, answer.Status) : default);
        await producer.SendsAloneAsync("greet", "does not ask");
        Assert.Null((await producer.HearsAsync()).SaysFrames);
        await producer.SendsAloneAsync("greet", "says no", [new(HeaderNames.Frames, false)]);
        Assert.Null((await producer.HearsAsync()).SaysFrames);
        await producer.SendsAloneAsync("greet", "means something else", [new(HeaderNames.Frames, 1)]);
        Assert.Equal("bad_request", (await producer.HearsAsync()).Status);
    }

    [Fact]
    public async Task A_frame_to_an_endpoint_that_takes_none_is_served_and_answered_one_by_one()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1", config => config with { CoalesceRequests = false }));
        await System.StartWorkerAsync("greet-v1", Echo);
        var producer = await StartProducerAsync();

        await producer.SendsAsync("greet", new("a", "one"), new("b", "two"));

        var answers = await producer.HearsAsync(2);
        Assert.Equal(("one", "two"), (answers["a"].Body, answers["b"].Body));
        Assert.All(answers.Values, answer => Assert.Equal(("ok", false, false), (answer.Status, answer.InFrame, answer.SaysFrames)));
    }

    [Fact]
    public async Task A_bad_request_in_a_frame_does_not_fail_its_neighbours()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", Echo);
        var producer = await StartProducerAsync();

        await producer.SendsAsync(
            "greet", new("a", "one"), new("b", "two", Priority: 99), new("c", "three", Method: "no such method"), new("d", "four"));
        var answers = await producer.HearsAsync(4);

        Assert.Equal(("ok", "one"), (answers["a"].Status, answers["a"].Body));
        Assert.Equal("bad_request", answers["b"].Status);
        Assert.Equal("method_not_found", answers["c"].Status);
        Assert.Equal(("ok", "four"), (answers["d"].Status, answers["d"].Body));
    }

    [Fact]
    public async Task A_slow_request_holds_up_none_of_its_neighbours_replies()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var never = new TaskCompletionSource();
        await System.StartWorkerAsync("greet-v1", worker => worker.HandleRaw(async (query, _) =>
        {
            if (query.Payload.Span.SequenceEqual("slow"u8))
            {
                await never.Task;
            }

            return query.Payload.ToArray();
        }));
        var producer = await StartProducerAsync();

        await producer.SendsAsync("greet", new("a", "slow"), new("b", "fast"));
        Assert.Equal("b", (await producer.HearsAsync()).CorrelationId);
        never.SetResult();
        Assert.Equal("a", (await producer.HearsAsync()).CorrelationId);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_read_goes_to_the_dead_queue_and_stops_nobody()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", Echo);
        var producer = await StartProducerAsync();
        var bytes = new byte[1_024];
        var writer = new RequestFrameWriter(bytes, 2);
        writer.Begin("cut", null, headers: 0);
        writer.End(null, null, null, "x"u8);

        await producer.SendsAsync("greet", bytes[..writer.Length]); // Announces two and has one.
        await producer.SendsAsync("greet", [0xc1]);
        await producer.SendsAsync("greet", new FrameProducer.Member("after", "still here"));
        Assert.Equal("still here", (await producer.HearsAsync()).Body);
        Assert.Equal("bad_request", (await producer.FindsDeadAsync()).Status);
        Assert.Equal("bad_request", (await producer.HearsAsync()).Status);
    }

    [Fact]
    public async Task A_frame_with_an_id_that_no_answer_could_echo_is_refused_as_a_whole()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", Echo);
        var producer = await StartProducerAsync();
        await producer.SendsAsync("greet", new("a", "one"), new(new string('x', 256), "two"));
        await producer.SendsAsync("greet", new FrameProducer.Member("b", "three"));
        Assert.Equal("three", (await producer.HearsAsync()).Body);
        Assert.Equal("bad_request", (await producer.FindsDeadAsync()).Status);
    }

    [Fact]
    public async Task A_payload_that_claims_to_be_a_frame_is_a_payload_as_any_other()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker => worker.HandleRaw(query => new ReplyPayload(query.Payload.ToArray(), ContentTypes.Answers)));
        var client = await System.StartClientAsync(options => options.CoalesceRequests = false);
        var reply = await client.InvokeRawAsync("greet", new byte[] { 1, 2, 3 }, new InvokeOptions { ContentType = ContentTypes.Requests })
            .AsTask().WaitAsync(ServingSystem.Patience);
        Assert.Equal([1, 2, 3], reply.Body.ToArray());
        Assert.Equal(ContentTypes.Answers, reply.ContentType);
    }

    [Fact]
    public async Task Each_request_of_a_frame_to_an_unknown_endpoint_hears_so()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        var producer = await StartProducerAsync();
        await producer.SendsAsync("nowhere", new("a", ""), new("b", ""));
        var answers = await producer.HearsAsync(2);
        Assert.All(answers.Values, answer => Assert.Equal("endpoint_not_found", answer.Status));
    }

    [Fact]
    public async Task Who_sends_frames_may_be_answered_in_frames_and_nobody_else_is()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker =>
        {
            worker.MaxConcurrentQueries = 64;
            Echo(worker);
        });
        var producer = await StartProducerAsync();

        // How many are ready together is chance; of so many some are.
        var ids = new List<string>();
        var inFrames = 0;
        for (var round = 0; round < 100 && inFrames == 0; round++)
        {
            var members = Enumerable.Range(0, 64).Select(i => new FrameProducer.Member($"{round}-{i}", "x")).ToArray();
            await producer.SendsAsync("greet", members);
            inFrames += (await producer.HearsAsync(64)).Values.Count(answer => answer.InFrame);
        }

        Assert.True(inFrames > 0, "6,400 requests in frames were answered one by one.");
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_producer is not null)
        {
            await _producer.DisposeAsync();
        }
    }

    private static void Echo(BrokerServeWorkerOptions worker) => worker.HandleRaw(query => query.Payload.ToArray());

    private async Task<FrameProducer> StartProducerAsync() => _producer = await FrameProducer.StartAsync(System.OpenBroker(), System.Prefix);
}
