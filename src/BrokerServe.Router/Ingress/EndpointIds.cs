using System.Collections.Concurrent;
using BrokerServe.Router.Telemetry;

namespace BrokerServe.Router.Ingress;

/// <summary>Gives each endpoint a small number and counters that stay its own for the life of the router.</summary>
/// <remarks>Written when an endpoint is added, by the routing observer; reading takes no lock.</remarks>
internal sealed class EndpointIds
{
    private readonly ConcurrentDictionary<string, KnownEndpoint> _known = new(StringComparer.Ordinal);
    private int _next;

    /// <summary>Makes an endpoint known; no error when it is. One caller at a time.</summary>
    public void Add(string endpoint)
    {
        if (_known.TryAdd(endpoint, new KnownEndpoint(_next, new EndpointCounters())))
        {
            _next++;
        }
    }

    /// <summary>The number of an endpoint that was added.</summary>
    public bool TryGet(string endpoint, out int id)
    {
        var known = Find(endpoint);
        id = known?.Id ?? 0;
        return known is not null;
    }

    /// <summary>An endpoint that was added; null for every other.</summary>
    public KnownEndpoint? Find(string endpoint) => _known.GetValueOrDefault(endpoint);
}
