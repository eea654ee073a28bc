using BrokerServe.Protocol;

namespace BrokerServe.Router.Configuration;

/// <summary>Finds what of a configuration can be in force here, object by object: what cannot stays as it was, or is left out, and stops no other.</summary>
/// <remarks>
/// <para>For a configuration that nobody can refuse any more: the control log is for all routers, and its authors know neither the limits of each
/// nor, when there are two of them, what they come to together.</para>
/// <para>What is refused may bring down what named it, so the rest is looked at again, until nothing fails. That ends: each round refuses
/// something more, and what is in force already passes all checks together. A conflict is the fault of who brought it: what is as it was comes
/// first.</para>
/// </remarks>
/// <param name="validator">Checks, with the router's own limits.</param>
/// <param name="before">What is in force.</param>
/// <param name="wanted">What is to be.</param>
internal sealed class ConfigSieve(ConfigValidator validator, RouterConfig before, RouterConfig wanted)
{
    private readonly HashSet<string> _refusedEndpoints = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refusedBackends = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>Why what was refused was, each sentence with its place.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Finds it; once.</summary>
    public RouterConfig Run()
    {
        var candidate = Assemble();
        while (RefuseBackends(candidate) || RefuseBackendsOfOldEndpoints(candidate) || RefuseEndpoints(candidate))
        {
            candidate = Assemble();
        }

        return candidate;
    }

    private RouterConfig Assemble()
    {
        var endpoints = new Dictionary<string, EndpointConfig>(StringComparer.Ordinal);
        foreach (var (name, endpoint) in wanted.Endpoints)
        {
            if ((_refusedEndpoints.Contains(name) || IsInForce(name, endpoint) ? Former(name, endpoint) : endpoint) is { } chosen)
            {
                endpoints.Add(name, chosen);
            }
        }

        var backends = new Dictionary<string, BackendConfig>(StringComparer.Ordinal);
        foreach (var (name, backend) in wanted.Backends)
        {
            if ((_refusedBackends.Contains(name) ? before.Backends.GetValueOrDefault(name) : backend) is { } chosen)
            {
                backends.Add(name, chosen);
            }
        }

        // An endpoint that stays as it was keeps the backends that it names, also one that is to be there no more.
        foreach (var name in endpoints.Where(entry => IsInForce(entry.Key, entry.Value)).SelectMany(entry => NamedBy(entry.Value)))
        {
            if (before.Backends.TryGetValue(name, out var there))
            {
                backends.TryAdd(name, there);
            }
        }

        return new RouterConfig { Endpoints = endpoints, Backends = backends };
    }

    private bool RefuseBackends(RouterConfig candidate)
    {
        var errors = validator.NewErrors();
        var staticReplicas = validator.NewStaticReplicas(errors);
        var served = 0;
        var refused = false;
        var oldFirst = candidate.Backends.OrderBy(entry => !IsInForce(entry.Key, entry.Value)).ThenBy(entry => entry.Key, StringComparer.Ordinal);
        foreach (var (name, backend) in oldFirst)
        {
            var place = ConfigErrors.Backend(name);
            var known = errors.All.Count;
            ConfigValidator.CheckBackend(name, backend, staticReplicas, errors);
            if (errors.All.Count == known && ++served > Ticket.MaxLoops)
            {
                errors.Add(place, $"is one more than the {Ticket.MaxLoops} backends that a router can serve; give parts of them to routers of their own");
            }

            if (errors.All.Count > known)
            {
                staticReplicas.Forget(place);
                refused |= Refuse(_refusedBackends, name, errors.All.Skip(known));
            }
        }

        return refused;
    }

    /// <summary>An endpoint that is as it was can fail only by backends that are to change under it: by their bounds, which are its prefetch.</summary>
    private bool RefuseBackendsOfOldEndpoints(RouterConfig candidate)
    {
        var refused = false;
        var old = candidate.Endpoints.Where(entry => IsInForce(entry.Key, entry.Value));
        foreach (var (name, endpoint) in old.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var errors = validator.NewErrors();
            validator.CheckEndpoint(name, endpoint, candidate.Backends, errors);
            if (errors.All.Count == 0)
            {
                continue;
            }

            foreach (var backend in (endpoint.Traffic?.Keys ?? []).Order(StringComparer.Ordinal))
            {
                if (candidate.Backends.TryGetValue(backend, out var changed) && !IsInForce(backend, changed))
                {
                    var fault = validator.NewErrors();
                    fault.Add(ConfigErrors.Backend(backend), $"cannot be so while an endpoint sends there: {string.Join("; ", errors.All)}");
                    refused |= Refuse(_refusedBackends, backend, fault.All);
                }
            }
        }

        return refused;
    }

    private bool RefuseEndpoints(RouterConfig candidate)
    {
        var refused = false;
        var others = candidate.Endpoints.Where(entry => !IsInForce(entry.Key, entry.Value));
        foreach (var (name, endpoint) in others.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var errors = validator.NewErrors();
            var missing = NamedBy(endpoint).Where(backend => _refusedBackends.Contains(backend) && !candidate.Backends.ContainsKey(backend)).ToArray();
            if (missing.Length > 0)
            {
                Array.Sort(missing, StringComparer.Ordinal);
                errors.Add(ConfigErrors.Endpoint(name), $"names backends that this router cannot put in force: {string.Join(", ", missing)}");
            }
            else
            {
                validator.CheckEndpoint(name, endpoint, candidate.Backends, errors);
            }

            refused |= errors.All.Count > 0 && Refuse(_refusedEndpoints, name, errors.All);
        }

        return refused;
    }

    private bool Refuse(HashSet<string> refused, string name, IEnumerable<string> why)
    {
        if (!refused.Add(name))
        {
            return false;
        }

        _faults.AddRange(why);
        return true;
    }

    // With another type of queue it is another endpoint, and the one that is in force was removed.
    private EndpointConfig? Former(string name, EndpointConfig endpoint) =>
        before.Endpoints.TryGetValue(name, out var there) && there.QueueType == endpoint.QueueType ? there : null;

    private bool IsInForce(string name, EndpointConfig endpoint) =>
        before.Endpoints.TryGetValue(name, out var there) && there.SaysTheSameAs(endpoint.Settled());

    private bool IsInForce(string name, BackendConfig backend) =>
        before.Backends.TryGetValue(name, out var there) && there.SaysTheSameAs(backend);

    private static IEnumerable<string> NamedBy(EndpointConfig endpoint) =>
        (endpoint.Traffic?.Keys ?? []).Concat(endpoint.Shadow?.Keys ?? []).Distinct(StringComparer.Ordinal);
}
