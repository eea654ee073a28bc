using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>Hears which requests their producers gave up, and tells every loop: only the one that has the request acts.</summary>
/// <remarks>A message is settled when every loop has heard of it, so that prefetch bounds what any producer can make this router hold.</remarks>
internal sealed class CancelListener(DispatchLoops loops, Settler settler) : IDeliveryHandler
{
    private readonly NodePool<PendingDelivery> _deliveries = PendingDelivery.CreatePool();

    public void OnDelivery(in Delivery delivery)
    {
        var pending = _deliveries.Rent();
        pending.Begin(settler, delivery.Tag);
        if (delivery.Properties is { ReplyTo: { Length: > 0 } replyTo, CorrelationId: { Length: > 0 } correlationId })
        {
            loops.Post(dispatcher => dispatcher.Cancel(replyTo, correlationId), pending);
        }

        pending.EndMember();
    }
}
