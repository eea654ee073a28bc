using System.Collections.Frozen;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Router.Routing;

/// <summary>Owns the routing table: checks a change, replaces the table whole, and then tells the observer.</summary>
/// <remarks>
/// The single writer, by a lock: changes are rare and their authors are people, so it is never on the path of a request. Readers take
/// <see cref="Table"/> without it.
/// </remarks>
/// <param name="validator">Checks every change.</param>
/// <param name="followsLog">What is served comes from the control log, so nobody else may change it.</param>
internal sealed class RoutingControl(ConfigValidator validator, bool followsLog = false) : IRouterControl
{
    private readonly Lock _writing = new();
    private IRoutingObserver? _observer; // Guarded by _writing.
    private FrozenSet<string> _leftOut = FrozenSet<string>.Empty; // Endpoints that the log has and this router cannot put in force. Guarded by _writing.

    // Volatile closes the race of a reader that sees the new reference before what it refers to: the write releases, the read acquires.
    private volatile RoutingTable _table = RoutingTable.Empty;

    private volatile FrozenSet<string> _removed = FrozenSet<string>.Empty;

    /// <summary>The table in force. Take it once for a request, and keep it for that request.</summary>
    public RoutingTable Table => _table;

    /// <summary>Whether an endpoint that is not in the table was removed by command, by which all routers let go of it. Any thread.</summary>
    public bool IsRemoved(string endpoint) => _removed.Contains(endpoint);

    /// <inheritdoc/>
    public RouterConfig Current => _table.ToConfig();

    /// <summary>Tells the observer everything that is in force, as one change from an empty table, and from now on of each change.</summary>
    /// <exception cref="InvalidOperationException">There is an observer already.</exception>
    public void Attach(IRoutingObserver observer)
    {
        lock (_writing)
        {
            if (_observer is not null)
            {
                throw new InvalidOperationException("A router has one observer of its routing; detach the other first.");
            }

            _observer = observer;
            Tell(RoutingTable.Empty, _table, RoutingChange.Between(RoutingTable.Empty, _table));
        }
    }

    /// <summary>Tells nobody from now on. When it returns, no call to the observer is under way.</summary>
    public void Detach()
    {
        lock (_writing)
        {
            _observer = null;
        }
    }

    /// <inheritdoc/>
    public ControlResult SetTraffic(string endpoint, IReadOnlyDictionary<string, double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return EditEndpoint(endpoint, config => config with { Traffic = weights });
    }

    /// <inheritdoc/>
    public ControlResult SetShadow(string endpoint, string backend, double proportion)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return EditEndpoint(endpoint, config =>
        {
            var shadow = new Dictionary<string, double>(config.Shadow ?? FrozenDictionary<string, double>.Empty, StringComparer.Ordinal);
            shadow.Remove(backend);
            if (proportion != 0)
            {
                shadow.Add(backend, proportion);
            }

            return config with { Shadow = shadow };
        });
    }

    /// <inheritdoc/>
    public ControlResult AddEndpoint(string endpoint, EndpointConfig config)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(config);
        lock (_writing)
        {
            if (_table.Endpoints.TryGetValue(endpoint, out var there))
            {
                return there.Config.SaysTheSameAs(config.Settled())
                    ? ControlResult.AlreadySo
                    : Refuse(ConfigErrors.Endpoint(endpoint), "is there already with other settings; configure it, or remove it first");
            }

            var current = Current;
            return Replace(current with { Endpoints = With(current.Endpoints, endpoint, config) });
        }
    }

    /// <inheritdoc/>
    public ControlResult ConfigureEndpoint(string endpoint, EndpointConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return EditEndpoint(endpoint, before => config with
        {
            Traffic = config.Traffic ?? before.Traffic,
            Shadow = config.Shadow ?? before.Shadow,
        });
    }

    /// <inheritdoc/>
    public ControlResult RemoveEndpoint(string endpoint) => DropEndpoint(endpoint, removed: true);

    /// <inheritdoc/>
    public ControlResult ForgetEndpoint(string endpoint) => DropEndpoint(endpoint, removed: false);

    /// <inheritdoc/>
    public ControlResult ConfigureBackend(string backend, BackendConfig config)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(config);
        lock (_writing)
        {
            var current = Current;
            return Replace(current with { Backends = With(current.Backends, backend, config) });
        }
    }

    /// <inheritdoc/>
    public ControlResult RemoveBackend(string backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        lock (_writing)
        {
            var current = Current;
            var naming = current.Endpoints
                .Where(e => e.Value.Traffic?.ContainsKey(backend) is true || e.Value.Shadow?.ContainsKey(backend) is true)
                .Select(e => e.Key)
                .Order(StringComparer.Ordinal)
                .ToArray();
            return naming.Length > 0
                ? Refuse(
                    ConfigErrors.Backend(backend),
                    $"cannot be removed while traffic or shadows name it, at these endpoints: {string.Join(", ", naming)}; take it out there first")
                : Replace(current with { Backends = Without(current.Backends, backend) }, removedBackends: [backend]);
        }
    }

    /// <inheritdoc/>
    public ControlResult Apply(RouterConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        lock (_writing)
        {
            return Replace(config);
        }
    }

    /// <summary>Whether there is such an endpoint: in force, or left out here, so that its queue belongs to routers that serve it.</summary>
    public bool Knows(string endpoint)
    {
        lock (_writing)
        {
            return _table.Endpoints.ContainsKey(endpoint) || _leftOut.Contains(endpoint);
        }
    }

    /// <summary>Puts in force what the control log comes to. Whatever is gone from it was removed by command.</summary>
    /// <param name="config">The whole of it. What this router cannot put in force stays as it was, or is left out; everything else follows.</param>
    /// <param name="forgotten">Backends that are forgotten when they are gone, because they only were there for endpoints that named them.</param>
    /// <returns>Whether anything is different from before, and why not everything is as the log says.</returns>
    public (bool Changed, IReadOnlyList<string> Faults) Follow(RouterConfig config, IReadOnlyCollection<string> forgotten)
    {
        lock (_writing)
        {
            var current = Current;
            var (fit, faults) = validator.Sift(current, config);
            _leftOut = config.Endpoints.Keys.Where(name => !fit.Endpoints.ContainsKey(name)).ToFrozenSet(StringComparer.Ordinal);

            // With another type of queue it is another endpoint, added after the one of that name was removed: that one goes first.
            var replaced = current.Endpoints.Keys
                .Where(name => fit.Endpoints.TryGetValue(name, out var after) && after.QueueType != current.Endpoints[name].QueueType)
                .ToArray();
            var changed = replaced.Length > 0
                && PutInForce(current with { Endpoints = replaced.Aggregate(current.Endpoints, Without) }, replaced, removedBackends: null);

            // What the log has and this router leaves out is not removed: other routers may serve it, and its queue is theirs.
            changed |= PutInForce(
                fit,
                [.. current.Endpoints.Keys.Where(name => !config.Endpoints.ContainsKey(name))],
                [.. current.Backends.Keys.Where(name => !config.Backends.ContainsKey(name)).Except(forgotten)]);
            return (changed, faults);
        }
    }

    /// <summary>Takes over a configuration unchecked, as the beginning of a draft: also one that no check would let pass can be mended.</summary>
    public void Begin(RouterConfig config)
    {
        lock (_writing)
        {
            _table = RoutingTableBuilder.Build(config, RoutingTable.Empty);
        }
    }

    private ControlResult EditEndpoint(string endpoint, Func<EndpointConfig, EndpointConfig> edit)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        lock (_writing)
        {
            var current = Current;
            return current.Endpoints.TryGetValue(endpoint, out var config)
                ? Replace(current with { Endpoints = With(current.Endpoints, endpoint, edit(config)) })
                : Refuse(ConfigErrors.Endpoint(endpoint), $"there is no such endpoint; {Suggestion.For(endpoint, current.Endpoints.Keys)}");
        }
    }

    private ControlResult DropEndpoint(string endpoint, bool removed)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        lock (_writing)
        {
            var current = Current;
            return Replace(current with { Endpoints = Without(current.Endpoints, endpoint) }, removed ? [endpoint] : null);
        }
    }

    private ControlResult Replace(
        RouterConfig config, IReadOnlyCollection<string>? removedEndpoints = null, IReadOnlyCollection<string>? removedBackends = null) =>
        followsLog
            ? Refuse(nameof(RouterOptions.ControlLog), "is true, so this router serves what the control log says; change it there, for all routers: see 'brokerserve --help'")
            : ReplaceNow(config, removedEndpoints, removedBackends);

    private ControlResult ReplaceNow(RouterConfig config, IReadOnlyCollection<string>? removedEndpoints, IReadOnlyCollection<string>? removedBackends)
    {
        var errors = validator.ValidateChange(_table, config);
        return errors.Count > 0 ? ControlResult.Refused(errors)
            : PutInForce(config, removedEndpoints, removedBackends) ? ControlResult.Done
            : ControlResult.AlreadySo;
    }

    /// <summary>The one place where the table changes, to what was checked; returns whether it did. Needs the lock.</summary>
    private bool PutInForce(RouterConfig config, IReadOnlyCollection<string>? removedEndpoints, IReadOnlyCollection<string>? removedBackends)
    {
        var before = _table;
        var after = RoutingTableBuilder.Build(config, before);
        var change = RoutingChange.Between(before, after, removedEndpoints, removedBackends);
        if (change.IsEmpty)
        {
            return false;
        }

        if (!change.EndpointsRemoved.IsEmpty || _removed.Overlaps(after.Endpoints.Keys))
        {
            _removed = _removed.Union(change.EndpointsRemoved).Except(after.Endpoints.Keys).ToFrozenSet(StringComparer.Ordinal);
        }

        _table = after; // After the removed: who misses an endpoint here finds it there.
        Tell(before, after, change);
        return true;
    }

    private void Tell(RoutingTable before, RoutingTable after, RoutingChange change)
    {
        if (!change.IsEmpty)
        {
            _observer?.OnTableChanged(before, after, change);
        }
    }

    private ControlResult Refuse(string place, string sentence)
    {
        var errors = validator.NewErrors();
        errors.Add(place, sentence);
        return ControlResult.Refused(errors.All);
    }

    private static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> all, string name, T value) =>
        new(all, StringComparer.Ordinal) { [name] = value };

    private static IReadOnlyDictionary<string, T> Without<T>(IReadOnlyDictionary<string, T> all, string name)
    {
        var rest = new Dictionary<string, T>(all, StringComparer.Ordinal);
        rest.Remove(name);
        return rest;
    }
}
