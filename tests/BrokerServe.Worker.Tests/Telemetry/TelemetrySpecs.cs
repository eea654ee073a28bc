using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using BrokerServe.Worker.Tests.Harness;

namespace BrokerServe.Worker.Tests.Telemetry;

public sealed class TelemetrySpecs
{
    [Fact(DisplayName = "Semantics 32: Traces: one span for ... the replica's part, linked by W3C trace context through the broker")]
    public async Task A_query_has_a_span_under_the_callers()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen("4bf92f3577b34da6a3ce929d0e0e4736", spans);
        ActivityTraceId current = default;
        await using var worker = await WorkerHost.StartAsync(w => w.HandleRaw(query =>
        {
            current = Activity.Current!.TraceId;
            return query.Echo();
        }));
        await worker.Router.AsksAsync(worker.Replica, new Query(1) { TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
        await worker.Router.AsksAsync(
            worker.Replica,
            new Query(2) { Method = "none", TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });

        var span = Assert.Single(spans);
        Assert.Equal("process greet", span.OperationName);
        Assert.Equal(ActivityKind.Consumer, span.Kind);
        Assert.Equal("00f067aa0ba902b7", span.ParentSpanId.ToHexString());
        Assert.Equal(span.TraceId, current);
        Assert.Equal("greet-v1", span.GetTagItem("brokerserve.backend"));
        Assert.Equal("message-1", span.GetTagItem("messaging.message.id"));
    }

    [Fact(DisplayName = "Semantics 32: Traces: the members of a batch keep their own traces, and the batch is linked to them")]
    public async Task A_batch_is_linked_to_its_members_spans()
    {
        var spans = new ConcurrentQueue<Activity>();
        var batches = new ConcurrentQueue<Activity>();
        using var members = Listen("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", spans);
        using var whole = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BrokerServeWorkerTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == "batch traced")
                {
                    batches.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(whole);
        await using var worker = await WorkerHost.StartAsync(w => w.HandleBatch<int, int>("traced", (batch, _) =>
            batch.First() < 0 ? throw new FormatException() : batch));
        await worker.Router.SendsAsync(
            worker.Replica,
            new Query(1) { Method = "traced", Payload = [1], TraceParent = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-00f067aa0ba902b7-01" },
            new Query(2) { Method = "traced", Payload = [0xc1], TraceParent = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-00f067aa0ba902b8-01" });
        await worker.Router.ReceivesAsync(2);

        Assert.Equal(["00f067aa0ba902b7", "00f067aa0ba902b8"], spans.Select(span => span.ParentSpanId.ToHexString()).Order());
        Assert.Equal([null, "bad_request"], spans.OrderBy(span => span.ParentSpanId.ToHexString()).Select(span => span.GetTagItem("error.type")));
        Assert.Equal(2, Assert.Single(batches).Links.Count());
    }

    [Fact]
    public async Task Queries_are_counted_by_backend_method_and_code_and_gauges_return_to_zero()
    {
        var counted = new ConcurrentDictionary<string, long>();
        var held = new ConcurrentDictionary<string, int>();
        await using var worker = await WorkerHost.StartAsync(w => w
            .HandleRaw(query => query.Echo())
            .HandleRaw("fail", _ => throw new FormatException()));
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == BrokerServeWorkerTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, MeterScope(worker)))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.AddOrUpdate($"{instrument.Name} {Values(tags)}", value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
            counted.AddOrUpdate($"{instrument.Name} {Values(tags)}", 1, (_, sum) => sum + 1));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => held[$"{instrument.Name} {Values(tags)}"] = value);
        listener.Start();

        await worker.Router.AsksAsync(worker.Replica, new Query(1));
        await worker.Router.AsksAsync(worker.Replica, new Query(2) { Method = "fail" });
        await worker.Router.AsksAsync(worker.Replica, new Query(3) { Method = "made up" });
        await worker.Router.LosesItsReplyQueueAsync();
        await worker.Router.SendsAsync(worker.Replica, new Query(4));

        await Patience.UntilAsync(
            () => counted.GetValueOrDefault("brokerserve.worker.replies.returned greet-v1") == 1, "the reply to a lost router is counted");
        Assert.Equal(2, counted["brokerserve.worker.queries greet-v1 __call__ ok"]);
        Assert.Equal(1, counted["brokerserve.worker.queries greet-v1 fail handler_error"]);
        Assert.Equal(1, counted["brokerserve.worker.queries greet-v1 _unknown method_not_found"]);
        Assert.Equal(2, counted["brokerserve.worker.handler.duration greet-v1 __call__"]);
        listener.RecordObservableInstruments();
        Assert.Equal(0, held["brokerserve.worker.held greet-v1 0"]);
        Assert.Equal(0, held["brokerserve.worker.running greet-v1 0"]);
    }

    /// <summary>Meters of other tests' hosts have other factories.</summary>
    private static IMeterFactory MeterScope(WorkerHost worker) =>
        (IMeterFactory)worker.Host.Services.GetService(typeof(IMeterFactory))!;

    private static string Values(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var values = new List<string>();
        foreach (var tag in tags)
        {
            values.Add($"{tag.Value}");
        }

        return string.Join(' ', values);
    }

    /// <summary>Listens to one trace: other tests run at the same time.</summary>
    private static ActivityListener Listen(string traceId, ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BrokerServeWorkerTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId.ToHexString() == traceId)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
