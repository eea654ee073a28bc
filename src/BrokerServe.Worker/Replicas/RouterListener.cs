using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Running;

namespace BrokerServe.Worker.Replicas;

/// <summary>Takes what routers announce to all.</summary>
internal sealed class RouterListener(ReplicaLife life, Settler settler, ReplicaMailbox mailbox, WorkerClock clock) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        var kind = delivery.Properties.ContentType == ContentTypes.Announcement ? MailKind.Announcement : MailKind.Unknown;
        var body = kind == MailKind.Unknown ? default : PooledBytes.CopyOf(delivery.Body);
        mailbox.Post(ReplicaMail.Delivered(kind, life, settler, delivery.Tag, body, clock.Now));
    }
}
