using BrokerServe.Protocol.Announcements;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Membership;

/// <summary>Hears replicas and other routers.</summary>
internal sealed class AnnouncementListener(string routersExchange, ReplicaDirectory directory, RouterMetrics metrics, Settler settler) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        if (delivery.Exchange == routersExchange)
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
        else if (ReplicaAnnouncement.TryDecode(delivery.Body, out var replica))
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
