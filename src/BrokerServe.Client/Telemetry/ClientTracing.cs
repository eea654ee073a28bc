using System.Collections.Concurrent;
using System.Diagnostics;
using BrokerServe.Client.Calls;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Telemetry;

/// <summary>The producer's span of a call: activity source <c>BrokerServe.Client</c>.</summary>
internal static class ClientTracing
{
    // Endpoints whose names are kept; a caller that makes up more pays for theirs.
    private const int MaxNames = 1_024;

    private static readonly ConcurrentDictionary<string, (string Call, string Send)> Names = new(StringComparer.Ordinal);

    private static readonly ActivitySource Source = new(BrokerServeClientTelemetry.SourceName);

    /// <summary>Begins the span; null when nobody listens.</summary>
    public static Activity? Start(string endpoint, bool oneWay)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // The names are those of OpenTelemetry's conventions for messaging.
        var (call, send) = NamesOf(endpoint);
        var activity = Source.StartActivity(oneWay ? send : call, oneWay ? ActivityKind.Producer : ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", TelemetryWords.MessagingSystem);
            activity.SetTag("messaging.operation.name", oneWay ? "send" : "call");
            activity.SetTag("messaging.operation.type", "send");
            activity.SetTag("messaging.destination.name", endpoint);
        }

        return activity;
    }

    // Built once: a name is wanted before anybody knows whether the call is sampled.
    private static (string Call, string Send) NamesOf(string endpoint)
    {
        if (Names.TryGetValue(endpoint, out var names))
        {
            return names;
        }

        names = ($"call {endpoint}", $"send {endpoint}");
        return Names.Count < MaxNames ? Names.GetOrAdd(endpoint, names) : names;
    }

    /// <summary>Says how the call ended; the caller disposes the span.</summary>
    public static void End(Activity activity, string? correlationId, in CallOutcome outcome)
    {
        if (!activity.IsAllDataRequested)
        {
            return;
        }

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
