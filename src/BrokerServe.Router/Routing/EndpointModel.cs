using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;

namespace BrokerServe.Router.Routing;

/// <summary>An endpoint as the router reads it. Immutable; a change makes a new one, and what did not change stays the same object.</summary>
internal sealed class EndpointModel(string name, EndpointConfig config, TrafficPolicy? policy, int prefetch)
{
    public string Name => name;

    /// <summary>What the operator wrote, validated.</summary>
    public EndpointConfig Config => config;

    /// <summary>Who gets its requests; null: nobody yet, so it is not consumed.</summary>
    public TrafficPolicy? Policy => policy;

    /// <summary>Requests to hold unsettled at once (see <see cref="Routing.Prefetch"/>); 0 while there is no policy.</summary>
    public int Prefetch => prefetch;

    public QueueType QueueType { get; } = config.QueueType;

    public DeliveryGuarantee Delivery { get; } = config.Delivery;

    /// <summary>Clients may put requests together.</summary>
    public bool CoalesceRequests { get; } = config.CoalesceRequests;

    /// <summary>The time of a request that does not say.</summary>
    public TimeSpan DefaultTimeout { get; } = config.DefaultTimeout;

    /// <summary>The time of any request at most.</summary>
    public TimeSpan MaxTimeout { get; } = config.MaxTimeout;

    /// <summary>The largest body; null: whatever the broker carries.</summary>
    public int? MaxBodyBytes { get; } = config.MaxBodyBytes;

    /// <summary>Which headers are metadata.</summary>
    public HeaderFilter ForwardHeaders { get; } = new(config.ForwardHeaders);

    /// <summary>Names and values of the metadata of one request together, in UTF-8 bytes.</summary>
    public int MaxMetadataBytes { get; } = config.MaxMetadataBytes;
}
