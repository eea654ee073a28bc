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

        var span = Source.StartActivity($"process {query.Endpoint}", ActivityKind.Consumer, query.TraceContext);
        span?.SetTag("messaging.system", TelemetryWords.MessagingSystem);
        span?.SetTag("messaging.operation.type", "process");
        span?.SetTag("messaging.operation.name", query.Method);
        span?.SetTag("messaging.message.id", query.MessageId);
        span?.SetTag("brokerserve.endpoint", query.Endpoint);
        span?.SetTag("brokerserve.backend", query.Backend);
        span?.SetTag("brokerserve.replica", query.Replica);
        span?.SetTag("brokerserve.attempt", query.Attempt);
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
