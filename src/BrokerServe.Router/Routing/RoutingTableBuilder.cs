using System.Collections.Frozen;
using System.Diagnostics;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Routing;

/// <summary>Reads a configuration that was checked into a table. What did not change keeps its model, so that a reference tells a change.</summary>
internal static class RoutingTableBuilder
{
    public static RoutingTable Build(RouterConfig config, RoutingTable before) => new(
        config.Endpoints.ToFrozenDictionary(e => e.Key, e => Endpoint(e.Key, e.Value.Settled(), config.Backends, before), StringComparer.Ordinal),
        config.Backends.ToFrozenDictionary(b => b.Key, b => Backend(b.Key, b.Value, before), StringComparer.Ordinal));

    private static BackendModel Backend(string name, BackendConfig config, RoutingTable before) =>
        before.Backends.TryGetValue(name, out var model) && model.Config.SaysTheSameAs(config) ? model : new BackendModel(name, config.Settled());

    private static EndpointModel Endpoint(
        string name, EndpointConfig config, IReadOnlyDictionary<string, BackendConfig> backends, RoutingTable before)
    {
        // A backend's bounds are part of the prefetch, so they can change an endpoint whose own settings did not change.
        var prefetch = config.Traffic is null ? 0 : (int)Prefetch.Of(config.Traffic.Keys, backends);
        return before.Endpoints.TryGetValue(name, out var model) && model.Prefetch == prefetch && model.Config.SaysTheSameAs(config)
            ? model
            : new EndpointModel(name, config, Policy(config), prefetch);
    }

    private static TrafficPolicy? Policy(EndpointConfig config)
    {
        if (config.Traffic is null)
        {
            return null;
        }

        var legal = TrafficPolicy.TryCreate(config.Traffic, config.Shadow ?? FrozenDictionary<string, double>.Empty, out var policy, out var errors);
        Debug.Assert(legal, "The validator let a policy pass that is none: " + string.Join("; ", errors));
        return policy;
    }
}
