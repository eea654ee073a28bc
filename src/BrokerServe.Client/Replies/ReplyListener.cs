using BrokerServe.Client.Calls;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Replies;

/// <summary>Takes the replies of one reply queue, and ends the calls that they name.</summary>
/// <remarks>Whatever comes is settled: a reply that nobody waits for, or that cannot be read, is counted and dropped.</remarks>
internal sealed class ReplyListener(
    CallTable calls, string correlationPrefix, Settler settler, ClientMetrics metrics, ILogger logger) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        try
        {
            EndCall(delivery);
        }
        catch (Exception failure)
        {
            // A defect, or no memory: one call waits for its deadline, the others go on.
            ClientLog.ReplyFailed(logger, failure);
        }
        finally
        {
            settler.Settle(delivery.Tag);
        }
    }

    private void EndCall(in Delivery delivery)
    {
        if (!CallId.TryParse(delivery.Properties.CorrelationId, correlationPrefix, out var id) || !calls.TryFind(id, out var call))
        {
            metrics.ReplyDropped("unknown");
            return;
        }

        var outcome = OutcomeOf(delivery);
        if (!call.TryEndSent(id.Generation, outcome))
        {
            outcome.Body.Return();
            metrics.ReplyDropped("late");
        }
    }

    private static CallOutcome OutcomeOf(in Delivery delivery)
    {
        var type = delivery.Properties.Type;
        var status = ReplyStatus.Ok;
        string? reason = null;
        if (!string.IsNullOrEmpty(type) && !ReplyStatuses.TryParse(type, out status))
        {
            status = ReplyStatus.Internal;
            reason = "The reply has a status that this client does not know; the router may be newer.";
        }

        return new CallOutcome(status)
        {
            Body = PooledBytes.CopyOf(delivery.Body),
            ContentType = delivery.Properties.ContentType,
            Headers = delivery.Properties.Headers,
            Reason = reason,
        };
    }
}
