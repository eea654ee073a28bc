using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Stand;

/// <summary>A message that came to one of the kit's queues.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="RoutingKey">Under which key it was published.</param>
/// <param name="Properties">Its properties and headers.</param>
/// <param name="Body">A copy of its body.</param>
/// <param name="At">When, as a timestamp of <see cref="TimeProvider.System"/>.</param>
/// <param name="AtUnixMs">When, by the wall clock.</param>
internal sealed record ReceivedMessage(string Queue, string RoutingKey, MessageProperties Properties, byte[] Body, long At, long AtUnixMs)
{
    public static ReceivedMessage Of(string queue, in Delivery delivery) => new(
        queue,
        delivery.RoutingKey,
        delivery.Properties,
        delivery.Body.ToArray(),
        TimeProvider.System.GetTimestamp(),
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
}
