using System.Text.Json.Nodes;

namespace BrokerServe.Router.Configuration;

/// <summary>Settings as a router would read them from a file.</summary>
internal static class SettingsJson
{
    /// <summary>All settings, defaults included; of an opaque one only that there is one.</summary>
    public static JsonObject All(object settings) => All(settings, reveal: false);

    /// <summary>The settings that are not as they are when nobody says anything, opaque ones as they are.</summary>
    public static JsonObject Said(object settings)
    {
        var silent = Activator.CreateInstance(settings.GetType())!;
        return new JsonObject(Setting.Of(settings.GetType())
            .Select(setting => (setting.Name, Value: Value(setting, settings, reveal: true), Default: Value(setting, silent, reveal: true)))
            .Where(row => !JsonNode.DeepEquals(row.Value, row.Default))
            .Select(row => KeyValuePair.Create(row.Name, row.Value)));
    }

    /// <summary>Values by name, in ordinal order.</summary>
    public static JsonObject Named<T>(IEnumerable<KeyValuePair<string, T>> all, Func<string, T, JsonNode?> write) => new(all
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => KeyValuePair.Create(entry.Key, write(entry.Key, entry.Value))));

    private static JsonObject All(object settings, bool reveal) => new(Setting.Of(settings.GetType())
        .Where(setting => !IsAbsentSection(setting, settings))
        .Select(setting => KeyValuePair.Create(setting.Name, Value(setting, settings, reveal))));

    // A section that is null would be read as one that is empty, which is something else: no traffic, instead of none yet.
    private static bool IsAbsentSection(Setting setting, object settings) =>
        setting.Get(settings) is null && typeof(IReadOnlyDictionary<string, double>).IsAssignableFrom(setting.Type);

    private static JsonNode? Value(Setting setting, object settings, bool reveal) => setting.Get(settings) switch
    {
        null => null,
        bool truth => truth,
        int number => number,
        long number => number,
        string text when reveal => text,
        IReadOnlyDictionary<string, double> shares => Named(shares, (_, share) => JsonValue.Create(share)),
        IReadOnlyList<string> texts => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
        IEnumerable<object> sections when setting.IsSectionList => new JsonArray([.. sections.Select(section => All(section, reveal))]),
        { } section when setting.IsSection => All(section, reveal),
        _ => setting.PrintOf(settings),
    };
}
