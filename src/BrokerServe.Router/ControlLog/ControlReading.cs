using System.Collections.Frozen;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.ControlLog;

/// <summary>What a router is to serve, read out of what the control log comes to.</summary>
/// <remarks>
/// Every state can be read, also one that no author would have written: the log judges changes object by object, so two authors may between
/// them remove a backend and send traffic to it. For one caller at a time; what did not change since the last reading is not read again.
/// </remarks>
internal sealed class ControlReading
{
    // By the value, because in a log that was made anew a version may stand for another one.
    private readonly Dictionary<ControlKey, (string Value, object Settings, IReadOnlyList<string> Faults)> _read = [];
    private readonly string _section;

    /// <param name="section">How the places of faults begin.</param>
    public ControlReading(string section = ConfigErrors.DefaultSection) => _section = section;

    /// <summary>Endpoints and backends.</summary>
    public RouterConfig Config { get; private set; } = RouterConfig.Empty;

    /// <summary>Replicas that get nothing new.</summary>
    public FrozenSet<string> Drained { get; private set; } = FrozenSet<string>.Empty;

    /// <summary>Backends that endpoints name and that are not there; they count as backends without settings.</summary>
    public IReadOnlyList<string> Implied { get; private set; } = [];

    /// <summary>Values that make no sense to this version, one sentence each; what they say counts as unsaid, and what cannot be read at all
    /// leaves its object as it was.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Reads a state.</summary>
    public ControlReading Read(ControlState state)
    {
        var endpoints = new Dictionary<string, EndpointConfig>(StringComparer.Ordinal);
        var backends = new Dictionary<string, BackendConfig>(StringComparer.Ordinal);
        var drained = new List<string>();
        var faults = new List<string>();
        foreach (var (key, row) in state.Objects)
        {
            if (row.Value is not { } value)
            {
                _read.Remove(key);
            }
            else if (key.Kind == ControlKinds.Endpoint)
            {
                endpoints.Add(key.Name, ReadObject<EndpointConfig>(key, value, ConfigErrors.Endpoint(key.Name), faults));
            }
            else if (key.Kind == ControlKinds.Backend)
            {
                backends.Add(key.Name, ReadObject<BackendConfig>(key, value, ConfigErrors.Backend(key.Name), faults));
            }
            else if (key.Kind == ControlKinds.Replica && DrainDocument.IsDrained(value))
            {
                drained.Add(key.Name);
            }
        }

        var named = endpoints.Values.SelectMany(endpoint => (endpoint.Traffic?.Keys ?? []).Concat(endpoint.Shadow?.Keys ?? []));
        Implied = [.. named.Where(name => !backends.ContainsKey(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (var name in Implied)
        {
            backends.Add(name, new BackendConfig());
        }

        Config = new RouterConfig { Endpoints = endpoints, Backends = backends };
        Drained = drained.ToFrozenSet(StringComparer.Ordinal);
        Faults = [.. faults.Order(StringComparer.Ordinal)];
        return this;
    }

    /// <summary>An endpoint whose shares make no sense has none: its requests wait, and no other endpoint has to.</summary>
    private static EndpointConfig WithoutNonsense(EndpointConfig endpoint, string place, ConfigErrors errors)
    {
        var sentences = new List<string>();
        if (endpoint.Traffic is { } traffic)
        {
            TrafficPolicy.CheckWeights(traffic, sentences);
        }

        TrafficPolicy.CheckShadows(endpoint.Shadow ?? FrozenDictionary<string, double>.Empty, sentences);
        sentences.ForEach(sentence => errors.Add(place, sentence));
        return sentences.Count == 0 ? endpoint : endpoint with { Traffic = null, Shadow = null };
    }

    private T ReadObject<T>(ControlKey key, string value, string place, List<string> faults)
        where T : class, new()
    {
        if (!_read.TryGetValue(key, out var read) || read.Value != value)
        {
            var errors = new ConfigErrors(_section);
            object settings = ControlDocument.Read<T>(value, place, errors);
            if (read.Settings is T before && ControlDocument.TryParse(value) is null)
            {
                settings = before; // Of nothing that it says can be told what it was to be, not even the type of an endpoint's queue.
            }

            settings = settings is EndpointConfig endpoint ? WithoutNonsense(endpoint, place, errors) : settings;
            read = _read[key] = (value, settings, errors.All);
        }

        faults.AddRange(read.Faults);
        return (T)read.Settings;
    }
}
