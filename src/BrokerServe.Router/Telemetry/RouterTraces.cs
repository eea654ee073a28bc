using System.Diagnostics;
using BrokerServe.Protocol;

namespace BrokerServe.Router.Telemetry;

/// <summary>The router's part of a call's trace: from admission to the settled answer.</summary>
internal static class RouterTraces
{
    private static readonly ActivitySource Source = new(BrokerServeRouterTelemetry.SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Starts the router's span under the producer's; null when the call is not sampled.</summary>
    public static Activity? Start(string endpoint, string backend, string? traceParent, string? traceState)
    {
        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent);

        // Not the current activity of whatever thread delivers: the span belongs to the request, which outlives the call.
        var current = Activity.Current;
        Activity.Current = null;
        var activity = Source.StartActivity($"route {endpoint}", ActivityKind.Consumer, parent);
        Activity.Current = current;
        activity?.SetTag("messaging.system", TelemetryWords.MessagingSystem);
        activity?.SetTag("messaging.operation.type", "process");
        activity?.SetTag("messaging.destination.name", endpoint);
        activity?.SetTag("brokerserve.backend", backend);
        return activity;
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
}
