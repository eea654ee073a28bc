using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Telemetry;

/// <summary>The client's log lines. Ids 5000 to 5099 are the client's; they never change their meaning.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(5000, LogLevel.Information,
        "Client {ClientId} calls endpoints at {Broker}: at most {MaxPendingCalls} calls under way, {DefaultTimeout} each by default.")]
    public static partial void Started(
        ILogger logger, string clientId, string broker, int maxPendingCalls, TimeSpan defaultTimeout);

    [LoggerMessage(5001, LogLevel.Debug, "Publishing to {Broker}, epoch {Epoch}.")]
    public static partial void Publishing(ILogger logger, string broker, uint epoch);

    [LoggerMessage(5002, LogLevel.Debug, "Listening at {Broker} on {Queue}.")]
    public static partial void Listening(ILogger logger, string broker, string queue);

    [LoggerMessage(5003, LogLevel.Warning,
        "No router has run yet at {Broker}: there is no exchange '{Exchange}'. Calls wait until their deadlines.")]
    public static partial void TopologyMissing(ILogger logger, string broker, string exchange);

    [LoggerMessage(5004, LogLevel.Warning,
        "The publishing connection to {Broker} was lost; {Calls} calls that were not confirmed ended as outcome_unknown.")]
    public static partial void LaneLost(ILogger logger, string broker, int calls);

    [LoggerMessage(5005, LogLevel.Warning,
        "The consuming connection to {Broker} was lost; {Calls} calls that waited for a reply ended as outcome_unknown.")]
    public static partial void ReplyQueueLost(ILogger logger, string broker, int calls);

    [LoggerMessage(5006, LogLevel.Warning, "Publishing a request to endpoint {Endpoint} failed; its outcome is unknown.")]
    public static partial void PublishFailed(ILogger logger, string endpoint, Exception failure);

    [LoggerMessage(5007, LogLevel.Debug, "Publishing a cancellation failed.")]
    public static partial void CancelFailed(ILogger logger, Exception failure);

    [LoggerMessage(5008, LogLevel.Error, "The publishing loop failed and goes on; this is a defect of BrokerServe.")]
    public static partial void PublishLoopFailed(ILogger logger, Exception failure);

    [LoggerMessage(5010, LogLevel.Information, "The broker did not take the last cancellations in time; they are dropped.")]
    public static partial void FlushTimedOut(ILogger logger);

    [LoggerMessage(5011, LogLevel.Critical, "A connection of the client ended by a defect of BrokerServe; calls will be unavailable.")]
    public static partial void ConnectionFailed(ILogger logger, Exception defect);

    [LoggerMessage(5009, LogLevel.Error, "A reply could not be taken and was dropped; its call ends at its deadline.")]
    public static partial void ReplyFailed(ILogger logger, Exception failure);
}
