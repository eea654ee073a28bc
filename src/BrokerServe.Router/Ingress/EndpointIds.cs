using System.Collections.Concurrent;

namespace BrokerServe.Router.Ingress;

/// <summary>Gives each endpoint a small number that stays its own for the life of the router, so that backlogs are found by index.</summary>
internal sealed class EndpointIds
{
    private readonly ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);
    private int _last = -1;

    public int Of(string endpoint) => _ids.TryGetValue(endpoint, out var id) ? id : Add(endpoint);

    private int Add(string endpoint)
    {
        lock (_ids)
        {
            return _ids.GetOrAdd(endpoint, _ => ++_last);
        }
    }
}
