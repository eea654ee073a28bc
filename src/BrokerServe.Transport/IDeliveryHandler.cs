namespace BrokerServe.Transport;

/// <summary>Takes deliveries off a consumer.</summary>
public interface IDeliveryHandler
{
    /// <summary>Takes one delivery. Called in queue order, never two at once for one consumer, on whichever thread the transport has.</summary>
    /// <param name="delivery">Lent: its body is the transport's memory and must be copied if it is to outlive the call.</param>
    /// <remarks>
    /// Must not block and must not throw: over RabbitMQ an exception ends the consumer, in memory it ends the process. How much can arrive unsettled
    /// is bounded by the consumer's prefetch.
    /// </remarks>
    void OnDelivery(in Delivery delivery);
}
