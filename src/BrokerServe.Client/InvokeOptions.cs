using BrokerServe.Protocol;

namespace BrokerServe.Client;

/// <summary>How to make one call. Immutable: keep one and use it for many calls.</summary>
/// <remarks>Checked by each call, which ends as <c>bad_request</c> over a value that is out of its range.</remarks>
public sealed record InvokeOptions
{
    /// <summary>The handler's method; null for its <c>__call__</c>.</summary>
    /// <value>Up to 255 bytes of UTF-8. Default null.</value>
    public string? Method { get; init; }

    /// <summary>Requests with one key go to one backend, whichever router takes them; null: the router draws.</summary>
    /// <value>Counted with <see cref="Metadata"/> against <see cref="BrokerServeClientOptions.MaxMetadataBytes"/>. Default null.</value>
    public string? ShardKey { get; init; }

    /// <summary>How long the caller waits, and with it how long the work is worth starting.</summary>
    /// <value>
    /// Above zero, up to a day, in whole milliseconds, 1 at least (routers clamp it to their endpoint's maximum). Default null: the client's
    /// <see cref="BrokerServeClientOptions.DefaultTimeout"/>. For a one-way request null means that the request itself has no deadline
    /// from its producer (the endpoint's default counts once a router has taken it), and the client's default bounds the wait for the broker.
    /// </value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Higher is dispatched first among what waits in a router.</summary>
    /// <value>0 to 9. Default 0.</value>
    public int Priority { get; init; }

    /// <summary>Text for the handler beside the payload; each name travels as a header <c>meta-NAME</c>.</summary>
    /// <value>
    /// Default null. At most 64 entries, names of 1 to 250 bytes of UTF-8, and <see cref="BrokerServeClientOptions.MaxMetadataBytes"/> in all.
    /// </value>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Names the work: with the client's application id the key by which a handler recognises a repetition.</summary>
    /// <value>Up to 255 bytes of UTF-8. Default null: unique for each call.</value>
    public string? MessageId { get; init; }

    /// <summary>What is asked of the broker for this request.</summary>
    /// <value>Default null: the client's <see cref="BrokerServeClientOptions.Delivery"/>.</value>
    public DeliveryGuarantee? Delivery { get; init; }

    /// <summary>What a raw payload is; typed calls say <c>application/msgpack</c> themselves.</summary>
    /// <value>Up to 255 bytes of UTF-8. Default null: not said.</value>
    public string? ContentType { get; init; }

    internal static InvokeOptions Default { get; } = new();
}
