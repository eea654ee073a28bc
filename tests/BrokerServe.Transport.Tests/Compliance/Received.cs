using System.Text;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>A delivery that was kept.</summary>
public sealed record Received(ulong Tag, bool Redelivered, string Exchange, string RoutingKey, MessageProperties Properties, byte[] Body)
{
    /// <summary>Where it stands in its stream.</summary>
    public long Offset { get; init; } = Delivery.NoOffset;

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);
}
