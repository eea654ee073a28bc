namespace BrokerServe.Transport;

/// <summary>A mandatory message that reached no queue. Lent for the length of <see cref="IPublisherEvents.OnReturned"/>.</summary>
public readonly ref struct ReturnedMessage
{
    /// <summary>Makes a returned message of the transport's own memory.</summary>
    public ReturnedMessage(string exchange, string routingKey, scoped in MessageProperties properties, ReadOnlySpan<byte> body)
    {
        Exchange = exchange;
        RoutingKey = routingKey;
        Properties = properties;
        Body = body;
    }

    /// <summary>Where it was published; empty for the default exchange.</summary>
    public string Exchange { get; }

    /// <summary>Under which key it was published.</summary>
    public string RoutingKey { get; }

    /// <summary>Its properties and headers. May be kept.</summary>
    public MessageProperties Properties { get; }

    /// <summary>Its body. Copy what must outlive the call.</summary>
    public ReadOnlySpan<byte> Body { get; }
}
