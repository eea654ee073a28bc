using System.Text.Json.Nodes;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Config;

/// <summary>What <c>brokerserve config show --json</c> prints: a configuration with nothing left unsaid, which a router would take, and bounds.</summary>
internal static class ConfigJson
{
    public static JsonObject Of(RouterOptions options)
    {
        var config = options.ToConfig();
        var section = SettingsJson.All(options);
        section[nameof(RouterOptions.Endpoints)] = SettingsJson.Named(config.Endpoints, (_, endpoint) => SettingsJson.All(endpoint));
        section[nameof(RouterOptions.Backends)] = SettingsJson.Named(config.Backends, (_, backend) => SettingsJson.All(backend));
        return new JsonObject
        {
            [ConfigFile.Section] = section,
            ["Bounds"] = new JsonObject
            {
                ["Router"] = Bounds(ConfigBounds.OfRouter(options)),
                ["Endpoints"] = SettingsJson.Named(config.Endpoints, (_, endpoint) => Bounds(ConfigBounds.OfEndpoint(endpoint, config.Backends))),
                ["Backends"] = SettingsJson.Named(config.Backends, (name, backend) => Bounds(ConfigBounds.OfBackend(name, backend, config.Endpoints))),
            },
        };
    }

    private static JsonObject Bounds(IReadOnlyList<Bound> bounds) =>
        new(bounds.Select(bound => KeyValuePair.Create(bound.Name, (JsonNode?)bound.Most)));
}
