using System.Collections.Concurrent;
using System.Diagnostics;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;
using BrokerServe.Transport.InMemory;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>What the system says of itself while it works.</summary>
public sealed class TelemetrySpecs : EndToEndSpecs
{
    private readonly InMemoryBroker _broker = new();

    protected override Task<Func<IBroker>> GetBrokerAsync() => Task.FromResult<Func<IBroker>>(() => _broker);

    [Fact(DisplayName = "Semantics 30: Counters: router requests by endpoint (shadows not counted); error replies by endpoint and code; handler errors by backend. Gauges return to 0.")]
    public async Task Counters_count_what_happened_and_gauges_return_to_zero()
    {
        var endpoint = $"e{Guid.NewGuid():N}";
        using var metrics = new Instruments("BrokerServe.Router");
        await System.StartRouterAsync(options =>
        {
            Serving(endpoint, "b-" + endpoint)(options);
            options.Endpoints[endpoint] = options.Endpoints[endpoint] with { Shadow = new Dictionary<string, double> { ["s-" + endpoint] = 1 } };
            options.Backends["s-" + endpoint] = new BackendConfig();
        });
        await System.StartWorkerAsync("b-" + endpoint, worker =>
        {
            worker.Handle<int, int>(number => number >= 0 ? number : throw new ArgumentException("negative"));
        });
        await System.StartWorkerAsync("s-" + endpoint, worker => worker.Handle<int, int>(number => number));
        var client = await System.StartClientAsync();

        for (var i = 0; i < 10; i++)
        {
            await client.InvokeAsync<int, int>(endpoint, i).AsTask().WaitAsync(ServingSystem.Patience);
        }

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<BrokerServeException>(() => client.InvokeAsync<int, int>(endpoint, -1).AsTask().WaitAsync(ServingSystem.Patience));
        }

        Assert.Equal(13, metrics.Sum("brokerserve.router.requests", ("endpoint", endpoint)));
        Assert.Equal(3, metrics.Sum("brokerserve.router.errors", ("endpoint", endpoint), ("code", "handler_error")));
        Assert.Equal(3, metrics.Sum("brokerserve.router.handler_errors", ("backend", "b-" + endpoint)));
        Assert.Equal(13, metrics.Count("brokerserve.router.request.duration", ("endpoint", endpoint)));
        Assert.Equal(13, metrics.Count("brokerserve.router.backlog.duration", ("backend", "b-" + endpoint)));
        Assert.Equal(13, metrics.Count("brokerserve.router.replica.duration", ("backend", "b-" + endpoint)));
        foreach (var backend in new[] { "b-" + endpoint, "s-" + endpoint })
        {
            await Until(() => metrics.Observe("brokerserve.router.in_flight", ("backend", backend)) == 0, $"nothing of {backend} was in flight");
            Assert.Equal(0, metrics.Observe("brokerserve.router.backlog", ("backend", backend)));
            Assert.Equal(8, metrics.Observe("brokerserve.router.credit", ("backend", backend)));
        }
    }

    [Fact(DisplayName = "Semantics 31: Queue-length report: at start and every 1.0 s, for each backend: queued, in flight, credit; it is what autoscaling reads.")]
    public async Task Queue_lengths_are_reported_every_second()
    {
        var hold = new TaskCompletionSource();
        await System.StartRouterAsync(Serving("work", "pool"));
        await System.StartWorkerAsync("pool", worker =>
        {
            worker.MaxConcurrentQueries = 2;
            worker.Handle<int, int>(async (number, _, _) =>
            {
                await hold.Task;
                return number;
            });
        });
        var client = await System.StartClientAsync();
        await using var reports = await ReportReader.StartAsync(_broker, new ObjectNames(System.Prefix));

        var calls = Enumerable.Range(0, 5).Select(i => client.InvokeAsync<int, int>("work", i).AsTask()).ToArray();
        var busy = await reports.NextAsync(r => r.Backends.Single() is { InFlight: 2, Queued: 3 });
        hold.SetResult();
        await Task.WhenAll(calls).WaitAsync(ServingSystem.Patience);
        var idle = await reports.NextAsync(r => r.Backends.Single() is { InFlight: 0, Queued: 0 });

        Assert.Equal(new BackendLength("pool", Queued: 3, InFlight: 2, Credit: 0, Replicas: 1), busy.Backends.Single());
        Assert.Equal(new BackendLength("pool", Queued: 0, InFlight: 0, Credit: 2, Replicas: 1), idle.Backends.Single());
        Assert.InRange(idle.ValidMs, 2_000, 10_000);
    }

    [Fact]
    public async Task A_router_makes_no_span_of_a_call_whose_trace_is_not_recorded_and_passes_its_context_on()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = Listen(ended);
        var seen = new TaskCompletionSource<ActivityContext>();
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker => worker.Handle<string, string>((name, query, _) =>
        {
            seen.TrySetResult(query.TraceContext);
            return ValueTask.FromResult(name);
        }));
        var client = await System.StartClientAsync();
        listener.Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            options.Source.Name == "BrokerServe.Client" ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded;

        using var caller = new Activity("unsampled").Start();
        await client.InvokeAsync<string, string>("greet", "Ada").AsTask().WaitAsync(ServingSystem.Patience);

        var context = await seen.Task;
        Assert.Equal((caller.TraceId, caller.SpanId), (context.TraceId, context.SpanId));
        Assert.DoesNotContain(ended, span => span.Source.Name == "BrokerServe.Router" && span.TraceId == caller.TraceId);
    }

    [Fact]
    public async Task A_message_of_several_calls_has_a_span_that_links_theirs()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = Listen(ended);
        var (endpoint, backend) = ($"e{Guid.NewGuid():N}", $"b{Guid.NewGuid():N}");
        await System.StartRouterAsync(Serving(endpoint, backend));
        await System.StartWorkerAsync(backend, worker => worker.Handle<int, int>(number => number));
        var client = await System.StartClientAsync();
        await client.InvokeAsync<int, int>(endpoint, 0).AsTask().WaitAsync(ServingSystem.Patience); // It hears that the endpoint takes frames.

        await Until(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 200).Select(number => client.InvokeAsync<int, int>(endpoint, number).AsTask())).WaitAsync(ServingSystem.Patience);
                return Named("receive " + endpoint).Length > 0 && Named("send " + backend).Length > 0;
            },
            "calls travelled together");

        Activity[] frames = [.. Named("receive " + endpoint), .. Named("send " + backend)];
        Assert.All(frames, frame => Assert.True(frame.Links.Count() > 1, "A frame of one call has a span."));
        Assert.All(frames, frame => Assert.Equal(frame.Links.Count(), frame.GetTagItem("messaging.batch.message_count")));
        await Until(
            () => frames.SelectMany(frame => frame.Links).All(link => Named("route " + endpoint).Any(route => route.SpanId == link.Context.SpanId)),
            "every link led to the span of a call");

        Activity[] Named(string name) => [.. ended.Where(span => span.OperationName == name)];
    }

    private static ActivityListener Listen(ConcurrentBag<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("BrokerServe.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    [Fact(DisplayName = "Semantics 32: Traces: one span for the producer's call, the router's part, the replica's part, linked by W3C trace context through the broker.")]
    public async Task One_trace_runs_through_producer_router_and_replica()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = Listen(ended);
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker => worker.Handle<string, string>(name => name));
        var client = await System.StartClientAsync();

        using var caller = new Activity("test").Start();
        await client.InvokeAsync<string, string>("greet", "Ada").AsTask().WaitAsync(ServingSystem.Patience);
        caller.Stop();

        await Until(() => ended.Count(a => a.TraceId == caller.TraceId) >= 3, "three spans of the call ended");
        var spans = ended.Where(a => a.TraceId == caller.TraceId).ToDictionary(a => a.Source.Name);
        Assert.Equal(caller.SpanId, spans["BrokerServe.Client"].ParentSpanId);
        Assert.Equal(spans["BrokerServe.Client"].SpanId, spans["BrokerServe.Router"].ParentSpanId);
        Assert.Equal(spans["BrokerServe.Router"].SpanId, spans["BrokerServe.Worker"].ParentSpanId);
    }
}
