using System.ComponentModel.DataAnnotations;
using BrokerServe.Protocol;
using BrokerServe.Transport.Supervision;
using MessagePack;
using MessagePack.Resolvers;

namespace BrokerServe.Client;

/// <summary>Settings of one client.</summary>
/// <remarks>
/// Checked whole before the client connects: when the host starts, or by <c>ConnectAsync</c>. Nobody looks at later changes: make none.
/// </remarks>
public sealed class BrokerServeClientOptions
{
    /// <summary>The longest time that a call may be given.</summary>
    /// <value>A day: far above the 20 minutes that routers allow, and small enough that no arithmetic on it overflows.</value>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    /// <summary>What the client is called at the broker: part of its connections' and reply queue's names.</summary>
    /// <value>1 to 40 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _. Default <c>client</c>.</value>
    public string Name { get; set; } = "client";

    /// <summary>Who asks, the same across reconnects: with a request's message id it is the key by which handlers recognise a repetition.</summary>
    /// <value>1 to 255 bytes of UTF-8. Default null: the client's own id, new with each client.</value>
    public string? AppId { get; set; }

    /// <summary>The prefix of everything that BrokerServe declares at the broker; the routers' must be the same.</summary>
    /// <value>1 to 80 of A-Z a-z 0-9 _ . - and beginning with a letter, a digit or _. Default <c>brokerserve</c>.</value>
    public string Prefix { get; set; } = ObjectNames.DefaultPrefix;

    /// <summary>How long a call waits that does not say so itself.</summary>
    /// <value>Above zero, up to a day. Default 30 s, as the endpoints' own default.</value>
    public TimeSpan DefaultTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls that may be under way at once, those included that wait for the broker to come back; more end as <c>overloaded</c> at once.</summary>
    /// <value>1 to 262,144. Default 10,000: at up to 1 KiB each about 10 MB, and more than one client can sensibly have outstanding.</value>
    [Range(1, 262_144)]
    public int MaxPendingCalls { get; set; } = 10_000;

    /// <summary>What a call's metadata may measure: names (with <c>meta-</c> before each) and values in UTF-8, and the shard key.</summary>
    /// <value>0 to 16,384 bytes. Default 8,192: what routers grant an endpoint by default; they count as this client does.</value>
    [Range(0, MetadataLimits.MaxBytes)]
    public int MaxMetadataBytes { get; set; } = 8_192;

    /// <summary>What is asked of the broker for calls that do not say so themselves.</summary>
    /// <value>Default <see cref="DeliveryGuarantee.AtLeastOnce"/>.</value>
    public DeliveryGuarantee Delivery { get; set; } = DeliveryGuarantee.AtLeastOnce;

    /// <summary>Whether calls that are ready to be sent together travel in one message, and their answers may.</summary>
    /// <value>
    /// Default true: nothing waits for company, and a broker does by far less work for many calls at once. A delivery that comes again, because
    /// a router died, runs all its calls again that were not settled; false for calls of which that would be too many. An endpoint whose
    /// operator does not want it (<c>CoalesceRequests</c>) gets each call in a message of its own all the same.
    /// </value>
    public bool CoalesceRequests { get; set; } = true;

    /// <summary>How typed requests and replies are written as MessagePack.</summary>
    /// <value>Default: maps by member name, so that no attribute is needed and any language can read them; hostile data is expected.</value>
    [Required]
    public MessagePackSerializerOptions Serializer { get; set; } =
        ContractlessStandardResolver.Options.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>How to come back after a lost connection.</summary>
    [Required]
    public ReconnectOptions Reconnect { get; set; } = new();

    internal List<Func<CallDelegate, CallDelegate>> Middleware { get; } = [];

    /// <summary>Puts code around every call of this client, whichever method makes it.</summary>
    /// <remarks>
    /// The first one added is the outermost. Without any, calls are made as if there were no such thing. Metrics and traces of the client count
    /// what is sent: with a middleware that tries again, more than the application's calls; with one that answers itself, fewer.
    /// </remarks>
    /// <param name="middleware">See <see cref="ICallMiddleware.InvokeAsync"/>; called by many calls at once.</param>
    /// <returns>The same options.</returns>
    public BrokerServeClientOptions Use(Func<CallContext, CallDelegate, CancellationToken, ValueTask<RawReply>> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        Middleware.Add(next => (call, cancellation) => middleware(call, next, cancellation));
        return this;
    }
}
