using BrokerServe.Transport;

namespace BrokerServe.Client.Tests.Harness;

/// <summary>A message that the scripted router took off a queue.</summary>
internal sealed record ReceivedMessage(string RoutingKey, MessageProperties Properties, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}
