using System.Collections.Concurrent;

namespace BrokerServe.Transport.InMemory;

/// <summary>Leads messages to the queues bound to it. Routes are read by any thread and changed under the topology's lock.</summary>
internal sealed class Exchange(ExchangeDeclaration declaration)
{
    private readonly ConcurrentDictionary<string, Route> _byKey = new(StringComparer.Ordinal);
    private readonly HashSet<(Queue Queue, string Key)> _bindings = [];
    private volatile Route _all = Route.Nowhere;

    /// <summary>What was declared.</summary>
    public ExchangeDeclaration Declaration => declaration;

    /// <summary>The queues that a message under a key goes to.</summary>
    public Route RouteOf(string routingKey) => declaration.Kind == ExchangeKind.Fanout
        ? _all
        : _byKey.GetValueOrDefault(routingKey, Route.Nowhere);

    /// <summary>Binds a queue; again is no error.</summary>
    public void Bind(Queue queue, string key)
    {
        if (_bindings.Add((queue, key)))
        {
            queue.Bindings.Add((this, key));
            _all = _all.With(queue);
            _byKey[key] = _byKey.GetValueOrDefault(key, Route.Nowhere).With(queue);
        }
    }

    /// <summary>Ends a binding; one that is not there is no error.</summary>
    public void Unbind(Queue queue, string key)
    {
        if (!_bindings.Remove((queue, key)))
        {
            return;
        }

        queue.Bindings.Remove((this, key));
        var route = _byKey[key].Without(queue);
        if (route.Queues.Length > 0)
        {
            _byKey[key] = route;
        }
        else
        {
            _byKey.TryRemove(key, out _);
        }

        if (!queue.Bindings.Exists(binding => binding.Exchange == this))
        {
            _all = _all.Without(queue);
        }
    }
}
