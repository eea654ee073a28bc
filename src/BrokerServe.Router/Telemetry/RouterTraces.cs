using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using BrokerServe.Protocol;

namespace BrokerServe.Router.Telemetry;

/// <summary>The router's part of a call's trace: from admission to the settled answer; and of several calls in one message.</summary>
/// <remarks>
/// Whoever began a trace has decided whether it is recorded, and the router follows without making anything: the producer's context goes on
/// to the replica as it came. Any thread.
/// </remarks>
internal static class RouterTraces
{
    private static readonly ActivitySource Source = new(BrokerServeRouterTelemetry.SourceName);

    // Of configured endpoints only, so they do not become many.
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Starts the router's span under the producer's; null when the call is not sampled.</summary>
    public static Activity? Start(string endpoint, string backend, ReadOnlySpan<byte> traceParent, ReadOnlySpan<byte> traceState)
    {
        if (TraceParent.IsUnsampled(traceParent))
        {
            return null;
        }

        ActivityContext.TryParse(Encoding.UTF8.GetString(traceParent), Encoding.UTF8.GetString(traceState), isRemote: true, out var parent);
        var activity = StartAlone(Names.GetOrAdd(endpoint, static name => $"route {name}"), ActivityKind.Consumer, parent, links: null);
        if (activity is not { IsAllDataRequested: true })
        {
            return activity;
        }

        activity.SetTag("messaging.system", TelemetryWords.MessagingSystem);
        activity.SetTag("messaging.operation.name", "route");
        activity.SetTag("messaging.operation.type", "process");
        activity.SetTag("messaging.destination.name", endpoint);
        activity.SetTag("brokerserve.backend", backend);
        return activity;
    }

    /// <summary>A message with several calls came or went: a span of its own, linked to the spans of those that are sampled.</summary>
    /// <param name="operation"><c>receive</c> or <c>send</c>.</param>
    /// <param name="destination">The endpoint or backend.</param>
    /// <param name="members">Calls in the message.</param>
    /// <param name="sampled">The spans of those that are sampled, at least one. It stands in the first one's trace, so that it is recorded.</param>
    public static void Frame(string operation, string destination, int members, List<ActivityContext> sampled)
    {
        var kind = operation == "send" ? ActivityKind.Producer : ActivityKind.Consumer;
        using var activity = StartAlone($"{operation} {destination}", kind, sampled[0], sampled.ConvertAll(static span => new ActivityLink(span)));
        activity?.SetTag("messaging.system", TelemetryWords.MessagingSystem);
        activity?.SetTag("messaging.operation.name", operation);
        activity?.SetTag("messaging.operation.type", operation);
        activity?.SetTag("messaging.destination.name", destination);
        activity?.SetTag("messaging.batch.message_count", members);
    }

    /// <summary>Ends the span with the call's outcome.</summary>
    public static void End(Activity activity, ReplyStatus status)
    {
        if (status != ReplyStatus.Ok)
        {
            activity.SetTag("error.type", status.Name());
            activity.SetStatus(ActivityStatusCode.Error, status.Name());
        }

        activity.Dispose();
    }

    // Not under the current activity of whatever thread delivers, nor as its current one: the span belongs to the request, which outlives the call.
    private static Activity? StartAlone(string name, ActivityKind kind, ActivityContext parent, IEnumerable<ActivityLink>? links)
    {
        var current = Activity.Current;
        Activity.Current = null;
        var activity = Source.StartActivity(name, kind, parent, links: links);
        Activity.Current = current;
        return activity;
    }
}
