using System.Diagnostics;
using BrokerServe.Client.Calls;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Telemetry;

/// <summary>The producer's span of a call: activity source <c>BrokerServe.Client</c>.</summary>
internal static class ClientTracing
{
    private static readonly ActivitySource Source = new(BrokerServeClientTelemetry.SourceName);

    /// <summary>Begins the span; null when nobody listens.</summary>
    public static Activity? Start(string endpoint, bool oneWay)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // The names are those of OpenTelemetry's conventions for messaging.
        var activity = Source.StartActivity($"{(oneWay ? "send" : "call")} {endpoint}", oneWay ? ActivityKind.Producer : ActivityKind.Client);
        activity?.SetTag("messaging.system", TelemetryWords.MessagingSystem);
        activity?.SetTag("messaging.operation.name", oneWay ? "send" : "call");
        activity?.SetTag("messaging.destination.name", endpoint);
        return activity;
    }

    /// <summary>Says how the call ended; the caller disposes the span.</summary>
    public static void End(Activity activity, string? correlationId, in CallOutcome outcome)
    {
        activity.SetTag("messaging.message.conversation_id", correlationId);
        if (outcome.Headers is { } headers && headers.TryGetText(HeaderNames.Backend, out var backend))
        {
            activity.SetTag("brokerserve.backend", backend);
        }

        if (outcome.Status != ReplyStatus.Ok)
        {
            activity.SetTag("error.type", outcome.Status.Name());
            activity.SetStatus(ActivityStatusCode.Error, outcome.Reason);
        }
    }
}
