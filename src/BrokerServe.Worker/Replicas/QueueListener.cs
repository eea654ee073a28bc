using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Worker.Running;

namespace BrokerServe.Worker.Replicas;

/// <summary>Takes deliveries of the replica's own queue: copies the body, and leaves everything else to the loop.</summary>
internal sealed class QueueListener(ReplicaLife life, ReplicaMailbox mailbox, WorkerClock clock) : IDeliveryHandler
{
    public void OnDelivery(in Delivery delivery)
    {
        var kind = delivery.Properties.ContentType switch
        {
            ContentTypes.Queries => MailKind.Frame,
            ContentTypes.Command => MailKind.Command,
            _ => MailKind.Unknown,
        };
        var body = kind == MailKind.Unknown ? default : PooledBytes.CopyOf(delivery.Body);
        mailbox.Post(ReplicaMail.Delivered(kind, life, life.Settler, delivery.Tag, body, clock.Now));
    }
}
