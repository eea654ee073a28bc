using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>Takes the requests of one endpoint off its queue.</summary>
internal sealed class EndpointListener(string endpoint, RequestIntake intake, Settler settler) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery) => intake.Take(delivery, endpoint, settler);
}
