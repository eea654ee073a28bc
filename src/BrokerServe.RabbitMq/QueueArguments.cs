using BrokerServe.Transport;

namespace BrokerServe.RabbitMq;

/// <summary>The arguments that a queue is declared with, chosen so that every version understands the same by them.</summary>
internal static class QueueArguments
{
    // A queue that is not exclusive names its type: from 3.11 on a virtual host may have another default type than classic, and a quorum
    // queue nobody asked for would, from 4.0 on, drop a request that came back 20 times. RabbitMQ takes a queue that was declared without
    // the type for a classic one, so that naming it fits queues that other clients declared. (Exclusive queues are classic everywhere.)
    // No queue of ours is transient and shared, which 4.3 refuses; none has a mode or version argument, which 4.3 refuses too.
    public static Dictionary<string, object?> Of(QueueDeclaration queue)
    {
        var arguments = new Dictionary<string, object?>();
        if (queue.Stream)
        {
            arguments["x-queue-type"] = "stream";
        }
        else if (queue.Type == QueueType.Quorum)
        {
            arguments["x-queue-type"] = "quorum";
        }
        else if (!queue.Exclusive)
        {
            arguments["x-queue-type"] = "classic";
        }

        if (queue.DeliveryLimit is { } deliveries && queue.Type == QueueType.Quorum)
        {
            arguments["x-delivery-limit"] = deliveries;
        }

        if (queue.MaxLength is { } length)
        {
            arguments["x-max-length"] = length;
        }

        if (queue.MessageTtl is { } ttl)
        {
            arguments["x-message-ttl"] = (long)ttl.TotalMilliseconds;
        }

        return arguments;
    }
}
