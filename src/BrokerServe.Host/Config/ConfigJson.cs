using System.Text.Json.Nodes;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Config;

/// <summary>What <c>brokerserve config show --json</c> prints: a configuration with nothing left unsaid, which a router would take, and bounds.</summary>
internal static class ConfigJson
{
    public static JsonObject Of(RouterOptions options)
    {
        var config = options.ToConfig();
        var section = Settings(options);
        section[nameof(RouterOptions.Endpoints)] = Named(config.Endpoints, (_, endpoint) => Settings(endpoint));
        section[nameof(RouterOptions.Backends)] = Named(config.Backends, (_, backend) => Settings(backend));
        return new JsonObject
        {
            [ConfigFile.Section] = section,
            ["Bounds"] = new JsonObject
            {
                ["Router"] = Bounds(ConfigBounds.OfRouter(options)),
                ["Endpoints"] = Named(config.Endpoints, (_, endpoint) => Bounds(ConfigBounds.OfEndpoint(endpoint, config.Backends))),
                ["Backends"] = Named(config.Backends, (name, backend) => Bounds(ConfigBounds.OfBackend(name, backend, config.Endpoints))),
            },
        };
    }

    private static JsonObject Settings(object settings) => new(Setting.Of(settings.GetType())
        .Where(setting => !IsAbsentSection(setting, settings))
        .Select(setting => KeyValuePair.Create(setting.Name, Value(setting, settings))));

    // A section that is null would be read as one that is empty, which is something else: no traffic, instead of none yet.
    private static bool IsAbsentSection(Setting setting, object settings) =>
        setting.Get(settings) is null && typeof(IReadOnlyDictionary<string, double>).IsAssignableFrom(setting.Type);

    private static JsonNode? Value(Setting setting, object settings) => setting.Get(settings) switch
    {
        null => null,
        bool truth => truth,
        int number => number,
        long number => number,
        IReadOnlyDictionary<string, double> shares => Named(shares, (_, share) => JsonValue.Create(share)),
        IReadOnlyList<string> texts => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
        IEnumerable<object> sections when setting.IsSectionList => new JsonArray([.. sections.Select(Settings)]),
        { } section when setting.IsSection => Settings(section),
        _ => setting.PrintOf(settings),
    };

    private static JsonObject Bounds(IReadOnlyList<Bound> bounds) =>
        new(bounds.Select(bound => KeyValuePair.Create(bound.Name, (JsonNode?)bound.Most)));

    private static JsonObject Named<T>(IEnumerable<KeyValuePair<string, T>> all, Func<string, T, JsonNode?> write) => new(all
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => KeyValuePair.Create(entry.Key, write(entry.Key, entry.Value))));
}
