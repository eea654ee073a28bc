using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Router.Configuration;

/// <summary>What an operator says of one endpoint: <c>BrokerServe:Endpoints:NAME</c>.</summary>
/// <remarks>Immutable. A name, when there is one, is the key under which the endpoint stands.</remarks>
public sealed record EndpointConfig
{
    /// <summary>Which share of the requests each backend gets.</summary>
    /// <value>Weights of 0 or more, of known backends, that sum to 1 within 0.00001. Default null: the endpoint is known but not consumed, its
    /// requests wait in the broker.</value>
    public IReadOnlyDictionary<string, double>? Traffic { get; init; }

    /// <summary>Which backends get copies of requests, and of which share of them. Copies never affect a caller.</summary>
    /// <value>Proportions from 0 to 1, of known backends, each for itself; 0 is as good as absent. Default null: none.</value>
    public IReadOnlyDictionary<string, double>? Shadow { get; init; }

    /// <summary>How the broker keeps the endpoint's queue. It cannot change while the endpoint is there: a queue has one type for life.</summary>
    /// <value>Default <see cref="Transport.QueueType.Classic"/>; on three nodes or more choose <see cref="Transport.QueueType.Quorum"/>.</value>
    public QueueType QueueType { get; init; } = QueueType.Classic;

    /// <summary>What a request is promised once a router has it.</summary>
    /// <value>Default <see cref="DeliveryGuarantee.AtLeastOnce"/>.</value>
    public DeliveryGuarantee Delivery { get; init; } = DeliveryGuarantee.AtLeastOnce;

    /// <summary>Whether clients may put requests that are ready together into one message, and get their answers so.</summary>
    /// <value>Default true: many calls at once cost the broker by far less. A message that comes again, because a router died, runs all of its
    /// requests again that it holds, up to 64; false where that is too dear. Clients learn it from the answers that they get.</value>
    public bool CoalesceRequests { get; init; } = true;

    /// <summary>The time a request has when it does not say how much it has.</summary>
    /// <value>1 ms to <see cref="MaxTimeout"/>. Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time any request has at most; a longer one is cut to it.</summary>
    /// <value>1 ms to one minute less than <see cref="RouterOptions.BrokerConsumerTimeout"/>. Default 20 minutes: a broker takes back what is
    /// unsettled for 30 minutes and closes the channel, with everything else that is on it.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>The largest body that is taken; a larger one is answered <c>payload_too_large</c>.</summary>
    /// <value>1 byte to 1 GiB, and not above <see cref="RouterOptions.MaxBufferedBytes"/>. Default null: whatever the broker carries.</value>
    [Range(1, 1 << 30)]
    public int? MaxBodyBytes { get; init; }

    /// <summary>Which headers travel on to the handler as metadata: exact names, and prefixes that end in <c>*</c>. Case counts.</summary>
    /// <value>Default <c>meta-*</c> and <c>baggage</c>. Headers that BrokerServe itself reads (<c>bs-*</c>, <c>traceparent</c>,
    /// <c>tracestate</c>) cannot be named.</value>
    public IReadOnlyList<string> ForwardHeaders { get; init; } = DefaultForwardHeaders;

    /// <summary>Names and values of all forwarded headers of one request together; more is answered <c>bad_request</c>.</summary>
    /// <value>0 to 16,384 bytes of UTF-8, <c>meta-</c> counted. Default 8,192: what HTTP servers commonly allow a request's headers, and what the
    /// .NET client sends at most by default.</value>
    [Range(0, MetadataLimits.MaxBytes)]
    public int MaxMetadataBytes { get; init; } = 8 * 1024;

    internal static IReadOnlyList<string> DefaultForwardHeaders { get; } = [HeaderNames.MetadataPrefix + "*", "baggage"];

    /// <summary>The same in collections that nobody can change, without shadows of proportion 0.</summary>
    internal EndpointConfig Settled() => this with
    {
        Traffic = Traffic?.ToFrozenDictionary(StringComparer.Ordinal),
        Shadow = Shadow?.Any(s => s.Value != 0) is true ? Shadow.Where(s => s.Value != 0).ToFrozenDictionary(StringComparer.Ordinal) : null,
        ForwardHeaders = [.. ForwardHeaders],
    };

    /// <summary>Whether both say the same, collections by content.</summary>
    internal bool SaysTheSameAs(EndpointConfig other) =>
        this with { Traffic = other.Traffic, Shadow = other.Shadow, ForwardHeaders = other.ForwardHeaders } == other
        && SameShares(Traffic, other.Traffic)
        && SameShares(Shadow, other.Shadow)
        && ForwardHeaders.SequenceEqual(other.ForwardHeaders, StringComparer.Ordinal);

    private static bool SameShares(IReadOnlyDictionary<string, double>? left, IReadOnlyDictionary<string, double>? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return left.Count == right.Count && left.All(share => right.TryGetValue(share.Key, out var value) && value.Equals(share.Value));
    }
}
