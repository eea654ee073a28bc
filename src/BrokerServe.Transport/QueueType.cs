namespace BrokerServe.Transport;

/// <summary>How the broker keeps a queue.</summary>
public enum QueueType
{
    /// <summary>On one node. The right choice for exclusive queues, and for durable ones on a single node.</summary>
    Classic,

    /// <summary>Replicated over a majority of nodes. The right choice for durable queues on three nodes or more.</summary>
    Quorum,
}
