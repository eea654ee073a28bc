namespace BrokerServe.Transport;

/// <summary>What a queue held when asked.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Ready">Messages waiting, without those delivered and unsettled.</param>
/// <param name="Consumers">Subscriptions.</param>
public sealed record QueueInfo(string Name, long Ready, long Consumers);
