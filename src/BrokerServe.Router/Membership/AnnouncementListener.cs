using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Membership;

/// <summary>Hears replicas and other routers.</summary>
/// <remarks>
/// A replica that names a queue other than its own is not believed: this router may write to every queue, and would carry requests to
/// wherever somebody who may only announce points it.
/// </remarks>
internal sealed class AnnouncementListener(ObjectNames names, ReplicaDirectory directory, RouterMetrics metrics, Settler settler) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        if (delivery.Exchange == names.Routers)
        {
            if (RouterAnnouncement.TryDecode(delivery.Body, out var router))
            {
                directory.Hear(router);
            }
            else
            {
                metrics.Malformed("announcement");
            }
        }
        else if (ReplicaAnnouncement.TryDecode(delivery.Body, out var replica) && replica.Queue == names.ReplicaQueue(replica.Backend, replica.Replica))
        {
            directory.Hear(replica);
        }
        else
        {
            metrics.Malformed("announcement");
        }

        settler.Settle(delivery.Tag);
    }
}
