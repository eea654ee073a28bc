using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Configuration;

/// <summary>Performs every check of a configuration without stopping at the first fault, so that an operator sees all of them at once.</summary>
internal sealed class ConfigValidator(RouterOptions options)
{
    /// <summary>Says everything that is wrong with endpoints and backends; nothing when they can be put in force.</summary>
    public IReadOnlyList<string> Validate(RouterConfig config)
    {
        var errors = NewErrors();
        Check(config, errors);
        return errors.All;
    }

    /// <summary>The same for a change of a running router: also what cannot change while it runs.</summary>
    public IReadOnlyList<string> ValidateChange(RoutingTable before, RouterConfig config)
    {
        var errors = NewErrors();
        Check(config, errors);
        foreach (var (name, endpoint) in config.Endpoints.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (before.Endpoints.TryGetValue(name, out var there) && there.QueueType != endpoint.QueueType)
            {
                errors.Add(
                    $"{ConfigErrors.Endpoint(name)}:{nameof(EndpointConfig.QueueType)}",
                    $"cannot change from {there.QueueType} to {endpoint.QueueType}, because a queue has one type for life; "
                    + "remove the endpoint by command, which answers what waits, and add it again");
            }
        }

        return errors.All;
    }

    /// <summary>What of a configuration can be in force when nobody can refuse the whole: all of it, or what <see cref="ConfigSieve"/> finds.</summary>
    /// <param name="before">What is in force.</param>
    /// <param name="wanted">What is to be.</param>
    /// <returns>What passes all checks together, and why the rest does not.</returns>
    public (RouterConfig Fit, IReadOnlyList<string> Faults) Sift(RouterConfig before, RouterConfig wanted)
    {
        if (Validate(wanted).Count == 0)
        {
            return (wanted, []);
        }

        var sieve = new ConfigSieve(this, before, wanted);
        var fit = sieve.Run();
        Debug.Assert(Validate(fit).Count == 0, "The sieve let something pass: " + string.Join("; ", Validate(fit)));
        return (fit, sieve.Faults);
    }

    /// <summary>Says what is wrong with one endpoint beside these backends.</summary>
    public void CheckEndpoint(string name, EndpointConfig endpoint, IReadOnlyDictionary<string, BackendConfig> backends, ConfigErrors errors)
    {
        var place = ConfigErrors.Endpoint(name);
        NameCheck.Check(place, name, errors);
        RangeCheck.Check(place, endpoint, errors);
        TrafficCheck.Check(place, endpoint, backends, errors);
        TimeoutCheck.Check(place, endpoint, options.BrokerConsumerTimeout, errors);
        BodyCheck.Check(place, endpoint, options.MaxBufferedBytes, errors);
        HeaderCheck.Check(place, endpoint.ForwardHeaders, errors);
    }

    /// <summary>Says what is wrong with one backend beside those that were checked with the same <paramref name="staticReplicas"/>.</summary>
    public static void CheckBackend(string name, BackendConfig backend, StaticReplicaCheck staticReplicas, ConfigErrors errors)
    {
        var place = ConfigErrors.Backend(name);
        NameCheck.Check(place, name, errors);
        RangeCheck.Check(place, backend, errors);
        staticReplicas.Check(place, backend.StaticReplicas);
    }

    /// <summary>A place to collect errors whose places begin like those of this validator.</summary>
    public ConfigErrors NewErrors() => new(options.Section);

    /// <summary>A check of static replicas that knows none yet.</summary>
    public StaticReplicaCheck NewStaticReplicas(ConfigErrors errors) => new(options.Prefix, errors);

    private void Check(RouterConfig config, ConfigErrors errors)
    {
        foreach (var (name, endpoint) in config.Endpoints.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            CheckEndpoint(name, endpoint, config.Backends, errors);
        }

        if (config.Backends.Count > Ticket.MaxLoops)
        {
            errors.Add(
                nameof(RouterOptions.Backends),
                $"names {config.Backends.Count} backends, and a router can serve {Ticket.MaxLoops}; give parts of them to routers of their own");
        }

        var staticReplicas = NewStaticReplicas(errors);
        foreach (var (name, backend) in config.Backends.OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            CheckBackend(name, backend, staticReplicas, errors);
        }
    }
}
