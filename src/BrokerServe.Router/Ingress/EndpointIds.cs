using System.Collections.Concurrent;

namespace BrokerServe.Router.Ingress;

/// <summary>Gives each endpoint a small number that stays its own for the life of the router, so that backlogs are found by index.</summary>
/// <remarks>Written when an endpoint is added, by the routing observer; reading takes no lock.</remarks>
internal sealed class EndpointIds
{
    private readonly ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);
    private int _next;

    /// <summary>Makes an endpoint known; no error when it is. One caller at a time.</summary>
    public void Add(string endpoint)
    {
        if (_ids.TryAdd(endpoint, _next))
        {
            _next++;
        }
    }

    /// <summary>The number of an endpoint that was added.</summary>
    public bool TryGet(string endpoint, out int id) => _ids.TryGetValue(endpoint, out id);
}
