using System.Collections.Concurrent;
using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Scheduling;

namespace BrokerServe.Worker.Telemetry;

/// <summary>
/// The replica's part of a call's trace: a span for each query while its handler runs, and one for a batch, linked to its
/// members'.
/// </summary>
internal static class WorkerTraces
{
    private static readonly ActivitySource Source = new(BrokerServeWorkerTelemetry.SourceName);

    // A worker hears of endpoints by queries alone; more than these pay for their names.
    private const int MaxNames = 1_024;

    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    public static bool IsOn => Source.HasListeners();

    /// <summary>
    /// Starts a query's span under the caller's and makes it current; null when nobody listens or the call is not sampled.
    /// </summary>
    public static Activity? Start(QueryContext query)
    {
        if (!IsOn)
        {
            return null;
        }

        // Also one that is not recorded: it is current in the handler, so that what the handler calls is not recorded either.
        var span = Source.StartActivity(NameOf(query.Endpoint), ActivityKind.Consumer, query.TraceContext);
        if (span is not { IsAllDataRequested: true })
        {
            return span;
        }

        span.SetTag("messaging.system", TelemetryWords.MessagingSystem);
        span.SetTag("messaging.operation.type", "process");
        span.SetTag("messaging.operation.name", query.Method);
        span.SetTag("messaging.destination.name", query.Backend);
        span.SetTag("messaging.message.id", query.MessageId);
        span.SetTag("brokerserve.endpoint", query.Endpoint);
        span.SetTag("brokerserve.backend", query.Backend);
        span.SetTag("brokerserve.replica", query.Replica);
        span.SetTag("brokerserve.attempt", query.Attempt);
        return span;
    }

    /// <summary>
    /// Starts the spans of a batch's members, then the batch's own, which is current afterwards. Null when nobody listens.
    /// </summary>
    public static BatchSpans? Start(Batch batch)
    {
        if (!IsOn)
        {
            return null;
        }

        var members = new Activity?[batch.Members.Count];
        var links = new List<ActivityLink>(members.Length);
        for (var i = 0; i < members.Length; i++)
        {
            Activity.Current = null;
            members[i] = Start(batch.Members[i].Context);
            if (members[i] is { } member)
            {
                links.Add(new ActivityLink(member.Context));
            }
        }

        Activity.Current = null;
        var whole = Source.StartActivity($"batch {batch.Handler.Method}", ActivityKind.Internal, default(ActivityContext), links: links);
        whole?.SetTag("brokerserve.batch.size", members.Length);
        return new BatchSpans(whole, members);
    }

    private static string NameOf(string endpoint)
    {
        if (Names.TryGetValue(endpoint, out var name))
        {
            return name;
        }

        name = $"process {endpoint}";
        return Names.Count < MaxNames ? Names.GetOrAdd(endpoint, name) : name;
    }

    /// <summary>Ends a query's span.</summary>
    public static void End(Activity? span, in Outcome outcome)
    {
        if (span is null)
        {
            return;
        }

        if (outcome.Status != ReplyStatus.Ok)
        {
            span.SetTag("error.type", outcome.Status.Name());
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }
}
