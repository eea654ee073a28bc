using System.Collections.Concurrent;
using System.Diagnostics;
using BrokerServe.EndToEnd.Tests;
using BrokerServe.EndToEnd.Tests.Collecting;
using BrokerServe.Foreign.Tests.Languages;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>One trace through parts in .NET and a worker in Python.</summary>
public sealed class PythonTraceSpecs : ForeignSpecs
{
    [Fact]
    public async Task A_trace_runs_through_a_plain_worker_in_Python()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("BrokerServe.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var receiver = new OtlpReceiver();
        await System.StartRouterAsync(Serving("greet", "greet-py"));
        var python = Language.Python;
        Start(python, python.Sample("worker"), ["greet-py"], null, ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url.GetLeftPart(UriPartial.Authority)));
        var client = await System.StartClientAsync();
        using var mine = new Activity("spec").SetIdFormat(ActivityIdFormat.W3C).Start(); // Other tests of this process make calls, too.

        var greeting = await client.InvokeAsync<Dictionary<string, string>, string>("greet", new() { ["name"] = "Ada" }).AsTask().WaitAsync(ServingSystem.Patience);
        Assert.Equal("Hello, Ada!", greeting);

        IEnumerable<Activity> Mine() => ended.Where(span => span.TraceId == mine.TraceId);
        await Until(() => Mine().Count(span => span.OperationName is "call greet" or "route greet") == 2, "the spans of client and router ended");
        await Until(() => receiver.Spans.Count == 1, "the worker's span was exported");
        var call = Mine().Single(span => span.OperationName == "call greet");
        var route = Mine().Single(span => span.OperationName == "route greet");
        Assert.Equal(call.SpanId, route.ParentSpanId);
        Assert.Equal(
            (call.TraceId.ToString(), route.SpanId.ToString(), "process greet"),
            receiver.Spans.Select(span => (span.Trace, span.Parent, span.Name)).Single());
    }
}
