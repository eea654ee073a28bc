using BrokerServe.Transport;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Replicas;

/// <summary>
/// Hears of replies that reached no queue: their router is gone, and whoever asked it is another router's business now.
/// </summary>
internal sealed class ReturnedReplies(string backend, WorkerMetrics metrics, ILogger logger) : IPublisherEvents
{
    public void OnConfirmed(ulong sequence, bool multiple)
    {
        // Nothing of a worker's is confirmed: a router that loses a replica sends its queries elsewhere.
    }

    public void OnRefused(ulong sequence, bool multiple)
    {
        // As above.
    }

    public void OnReturned(in ReturnedMessage message)
    {
        metrics.Returned(backend);
        logger.ReplyReturned(backend, message.RoutingKey);
    }
}
