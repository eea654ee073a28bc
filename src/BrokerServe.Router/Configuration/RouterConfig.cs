using System.Collections.Frozen;

namespace BrokerServe.Router.Configuration;

/// <summary>What an operator says of all endpoints and backends; the part of the configuration that can change while a router runs.</summary>
/// <remarks>Names have 1 to 80 of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _.</remarks>
public sealed record RouterConfig
{
    /// <summary>Says nothing.</summary>
    public static RouterConfig Empty { get; } = new();

    /// <summary>Endpoints by name.</summary>
    public IReadOnlyDictionary<string, EndpointConfig> Endpoints { get; init; } = FrozenDictionary<string, EndpointConfig>.Empty;

    /// <summary>Backends by name. A backend without a word of its own still stands here: what is not named is not known.</summary>
    public IReadOnlyDictionary<string, BackendConfig> Backends { get; init; } = FrozenDictionary<string, BackendConfig>.Empty;
}
