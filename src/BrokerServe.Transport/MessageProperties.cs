namespace BrokerServe.Transport;

/// <summary>The part of AMQP 0-9-1's basic properties that BrokerServe speaks. Everything else is neither read nor forwarded.</summary>
/// <remarks>
/// Strings are short strings: up to 255 bytes of UTF-8, refused locally above that.
/// The AMQP priority, user id and timestamp are left out on purpose: brokers act on the first two.
/// </remarks>
public readonly record struct MessageProperties
{
    /// <summary>What the body is; opaque to the router except for BrokerServe's own content types.</summary>
    public string? ContentType { get; init; }

    /// <summary>On a request the call method, on a reply the status.</summary>
    public string? Type { get; init; }

    /// <summary>Ties a reply to its request.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The queue that a reply goes to.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The same for every copy of one message: with <see cref="AppId"/> the idempotency key.</summary>
    public string? MessageId { get; init; }

    /// <summary>Who sent it, the same across reconnects.</summary>
    public string? AppId { get; init; }

    /// <summary>Longest expiration that a broker takes, 49 days; RabbitMQ closes the channel above it.</summary>
    public const long MaxExpirationMs = uint.MaxValue;

    /// <summary>How long the message may wait, in milliseconds, 0 or more; null: for ever. The broker drops it afterwards.</summary>
    /// <remarks>
    /// 0: dropped unless a consumer can have it at once. Below 0 is published as 0, above <see cref="MaxExpirationMs"/> as that.
    /// What another client sent and is not a whole number in that range arrives as null.
    /// </remarks>
    public long? ExpirationMs { get; init; }

    /// <summary>Survives a restart of the broker in a durable queue.</summary>
    public bool Persistent { get; init; }

    /// <summary>Further headers; null when there are none.</summary>
    public HeaderTable? Headers { get; init; }
}
