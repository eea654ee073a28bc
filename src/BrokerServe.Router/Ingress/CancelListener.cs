using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>Hears which requests their producers gave up, and tells every loop: only the one that has the request acts.</summary>
internal sealed class CancelListener(DispatchLoops loops, Settler settler) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        if (delivery.Properties is { ReplyTo: { Length: > 0 } replyTo, CorrelationId: { Length: > 0 } correlationId })
        {
            loops.Post(dispatcher => dispatcher.Cancel(replyTo, correlationId));
        }

        settler.Settle(delivery.Tag);
    }
}
