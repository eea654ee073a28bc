using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Membership;

/// <summary>Hears replicas and other routers.</summary>
internal sealed class AnnouncementListener(string routersExchange, ReplicaDirectory directory, Settler settler) : IDeliveryHandler
{
    /// <summary>Announcements that could not be read.</summary>
    public long Malformed { get; private set; }

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
                Malformed++;
            }
        }
        else if (ReplicaAnnouncement.TryDecode(delivery.Body, out var replica))
        {
            directory.Hear(replica);
        }
        else
        {
            Malformed++;
        }

        settler.Settle(delivery.Tag);
    }
}
