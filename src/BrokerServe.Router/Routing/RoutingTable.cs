using System.Collections.Frozen;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Routing;

/// <summary>Everything a router knows about where requests go, at one moment. Immutable and replaced whole.</summary>
/// <remarks>Whoever routes takes one table at the door and keeps it for the request. Safe for any thread, without a lock.</remarks>
internal sealed class RoutingTable(FrozenDictionary<string, EndpointModel> endpoints, FrozenDictionary<string, BackendModel> backends)
{
    /// <summary>Knows nothing: what a router has before its first configuration.</summary>
    public static RoutingTable Empty { get; } =
        new(FrozenDictionary<string, EndpointModel>.Empty, FrozenDictionary<string, BackendModel>.Empty);

    /// <summary>Endpoints by name, ordinal.</summary>
    public FrozenDictionary<string, EndpointModel> Endpoints => endpoints;

    /// <summary>Backends by name, ordinal.</summary>
    public FrozenDictionary<string, BackendModel> Backends => backends;

    /// <summary>What the operator wrote, in force.</summary>
    public RouterConfig ToConfig() => new()
    {
        Endpoints = endpoints.ToFrozenDictionary(e => e.Key, e => e.Value.Config, StringComparer.Ordinal),
        Backends = backends.ToFrozenDictionary(b => b.Key, b => b.Value.Config, StringComparer.Ordinal),
    };
}
