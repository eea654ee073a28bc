using System.Collections.Immutable;

namespace BrokerServe.Router.Routing;

/// <summary>What differs between two tables, by name, in ordinal order. No name stands in two lists of its kind.</summary>
internal sealed record RoutingChange
{
    /// <summary>New: declare the queue, and consume it when there is a policy.</summary>
    public ImmutableArray<string> EndpointsAdded { get; init; } = [];

    /// <summary>In both tables with different models: compare <see cref="EndpointModel.Policy"/> and <see cref="EndpointModel.Prefetch"/>.</summary>
    public ImmutableArray<string> EndpointsChanged { get; init; } = [];

    /// <summary>Gone by command: unbind, answer what waits with <c>endpoint_removed</c>, delete the queue.</summary>
    public ImmutableArray<string> EndpointsRemoved { get; init; } = [];

    /// <summary>No longer this router's business: give back what is not dispatched and stop consuming; the queue stays.</summary>
    public ImmutableArray<string> EndpointsForgotten { get; init; } = [];

    /// <summary>New.</summary>
    public ImmutableArray<string> BackendsAdded { get; init; } = [];

    /// <summary>In both tables with different models: limits, bounds or settings for the workers.</summary>
    public ImmutableArray<string> BackendsChanged { get; init; } = [];

    /// <summary>Gone by command: answer what waits there with <c>backend_removed</c>; what is in flight finishes. No endpoint of the new table
    /// names it.</summary>
    public ImmutableArray<string> BackendsRemoved { get; init; } = [];

    /// <summary>No longer in the configuration: give back what waits there, to be chosen for by the new table; what is in flight finishes.</summary>
    public ImmutableArray<string> BackendsForgotten { get; init; } = [];

    /// <summary>Whether the tables say the same.</summary>
    public bool IsEmpty =>
        EndpointsAdded.IsEmpty && EndpointsChanged.IsEmpty && EndpointsRemoved.IsEmpty && EndpointsForgotten.IsEmpty
        && BackendsAdded.IsEmpty && BackendsChanged.IsEmpty && BackendsRemoved.IsEmpty
        && BackendsForgotten.IsEmpty;

    /// <summary>Compares two tables. An endpoint or backend that is gone is forgotten, unless it is named as removed.</summary>
    public static RoutingChange Between(
        RoutingTable before, RoutingTable after, IReadOnlyCollection<string>? removedEndpoints = null, IReadOnlyCollection<string>? removedBackends = null)
    {
        removedEndpoints ??= [];
        removedBackends ??= [];
        var gone = Gone(before.Endpoints, after.Endpoints);
        var goneBackends = Gone(before.Backends, after.Backends);
        return new RoutingChange
        {
            EndpointsAdded = Gone(after.Endpoints, before.Endpoints),
            EndpointsChanged = Changed(before.Endpoints, after.Endpoints),
            EndpointsRemoved = gone.RemoveAll(name => !removedEndpoints.Contains(name)),
            EndpointsForgotten = gone.RemoveAll(name => removedEndpoints.Contains(name)),
            BackendsAdded = Gone(after.Backends, before.Backends),
            BackendsChanged = Changed(before.Backends, after.Backends),
            BackendsRemoved = goneBackends.RemoveAll(name => !removedBackends.Contains(name)),
            BackendsForgotten = goneBackends.RemoveAll(name => removedBackends.Contains(name)),
        };
    }

    private static ImmutableArray<string> Gone<T>(IReadOnlyDictionary<string, T> from, IReadOnlyDictionary<string, T> to) =>
        [.. from.Keys.Where(name => !to.ContainsKey(name)).Order(StringComparer.Ordinal)];

    // Models that say the same are the same object from one table to the next, so a reference tells.
    private static ImmutableArray<string> Changed<T>(IReadOnlyDictionary<string, T> from, IReadOnlyDictionary<string, T> to)
        where T : class =>
        [.. from.Where(e => to.TryGetValue(e.Key, out var now) && !ReferenceEquals(e.Value, now)).Select(e => e.Key).Order(StringComparer.Ordinal)];
}
