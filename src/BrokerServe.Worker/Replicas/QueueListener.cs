using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Worker.Running;

namespace BrokerServe.Worker.Replicas;

/// <summary>Takes deliveries of the replica's own queue: copies the body once, and leaves everything else to the loop.</summary>
/// <remarks>
/// The copy is memory of its own, not rented: payloads point into it, handlers may keep them, and a cancelled handler may still read when
/// its query is long answered.
/// </remarks>
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
        var body = kind == MailKind.Unknown ? [] : delivery.Body.ToArray();
        mailbox.Post(ReplicaMail.Delivered(kind, life, life.Settler, delivery.Tag, body, clock.Now));
    }
}
