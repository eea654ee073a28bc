namespace BrokerServe.Transport;

/// <summary>One message on its way out. Everything it refers to must stay unchanged until <see cref="IPublisher.PublishAsync"/> has completed.</summary>
/// <param name="Exchange">Where to publish; empty for the default exchange, where the key names a queue.</param>
/// <param name="RoutingKey">Under which key; up to 255 bytes of UTF-8.</param>
/// <param name="Mandatory">Whether to be told by <see cref="IPublisherEvents.OnReturned"/> when it reaches no queue.</param>
/// <param name="Properties">Properties and headers.</param>
/// <param name="Body">The body.</param>
public readonly record struct OutboundMessage(
    string Exchange, string RoutingKey, bool Mandatory, MessageProperties Properties, ReadOnlyMemory<byte> Body);
