namespace BrokerServe.Transport;

/// <summary>One message on its way in. Lent for the length of <see cref="IDeliveryHandler.OnDelivery"/>.</summary>
public readonly ref struct Delivery
{
    /// <summary>The offset of what did not come from a stream.</summary>
    public const long NoOffset = -1;

    /// <summary>Makes a delivery of the transport's own memory.</summary>
    public Delivery(
        ulong tag, bool redelivered, string exchange, string routingKey, scoped in MessageProperties properties, ReadOnlySpan<byte> body,
        long offset = NoOffset)
    {
        Tag = tag;
        Redelivered = redelivered;
        Exchange = exchange;
        RoutingKey = routingKey;
        Properties = properties;
        Body = body;
        Offset = offset;
    }

    /// <summary>Names the delivery to its consumer; counts from 1 without gaps.</summary>
    public ulong Tag { get; }

    /// <summary>The message was delivered before, to whomever, and came back unsettled.</summary>
    public bool Redelivered { get; }

    /// <summary>Where it was published; empty for the default exchange.</summary>
    public string Exchange { get; }

    /// <summary>Under which key it was published.</summary>
    public string RoutingKey { get; }

    /// <summary>Its properties and headers. May be kept.</summary>
    public MessageProperties Properties { get; }

    /// <summary>Its body. Copy what must outlive the call.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Where it stands in its stream, for a consumer that said where to begin; <see cref="NoOffset"/> for any other. Offsets grow, and
    /// may leave some out.</summary>
    public long Offset { get; }
}
