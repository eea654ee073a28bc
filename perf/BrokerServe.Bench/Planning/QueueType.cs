namespace BrokerServe.Bench.Planning;

/// <summary>The type of the queue in which requests wait.</summary>
internal enum QueueType
{
    Classic,
    Quorum,
}
