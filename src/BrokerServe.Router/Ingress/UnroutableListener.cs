using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>Takes requests whose endpoint had no queue when they were published: an unknown endpoint, or one that was just added.</summary>
internal sealed class UnroutableListener(RequestIntake intake, Settler settler) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery) => intake.Take(delivery, delivery.RoutingKey, settler);
}
