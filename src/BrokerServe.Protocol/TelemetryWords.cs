namespace BrokerServe.Protocol;

/// <summary>Words that client, router and worker use alike in metrics and traces, so that one query serves all three.</summary>
public static class TelemetryWords
{
    /// <summary>The tag that says how a call or a query ended: the name of its <see cref="ReplyStatus"/>, such as <c>deadline_exceeded</c>.</summary>
    public const string Code = "code";

    /// <summary>
    /// The value of <c>messaging.system</c>. OpenTelemetry asks for the system that the instrumented code talks to: producers, routers and
    /// workers talk BrokerServe, whichever broker carries it.
    /// </summary>
    public const string MessagingSystem = "brokerserve";
}
