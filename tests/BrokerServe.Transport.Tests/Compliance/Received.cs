using System.Text;

namespace BrokerServe.Transport.Tests.Compliance;

/// <summary>A delivery that was kept.</summary>
public sealed record Received(ulong Tag, bool Redelivered, string Exchange, string RoutingKey, MessageProperties Properties, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);
}
