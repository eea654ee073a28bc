using System.Text.Json.Nodes;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Control;

/// <summary>What a change makes of one object, for people.</summary>
/// <param name="Key">The object.</param>
/// <param name="Action"><c>add</c>, <c>change</c> or <c>remove</c>.</param>
/// <param name="Settings">The settings that differ, as before and after.</param>
internal sealed record PlannedObject(ControlKey Key, string Action, IReadOnlyList<PlannedSetting> Settings)
{
    /// <summary>Compares the objects of edits with what is there.</summary>
    public static IReadOnlyList<PlannedObject> Of(ControlState state, IEnumerable<ControlEdit> edits) => [.. edits.Select(edit =>
    {
        var key = ControlKey.Of(edit);
        var before = state.Find(key)?.Value;
        var action = before is null ? "add" : edit.Value is null ? "remove" : "change";
        return new PlannedObject(key, action, edit.Value is null ? [] : Compare(key.Kind, before, edit.Value));
    })];

    public JsonObject ToJson() => new()
    {
        ["kind"] = Key.Kind,
        ["name"] = Key.Name,
        ["action"] = Action,
        ["settings"] = new JsonObject(Settings.Select(setting => KeyValuePair.Create(
            setting.Name, (JsonNode?)new JsonObject { ["before"] = setting.Before, ["after"] = setting.After }))),
    };

    private static IReadOnlyList<PlannedSetting> Compare(string kind, string? before, string after) => kind switch
    {
        ControlKinds.Endpoint => Compare<EndpointConfig>(before, after),
        ControlKinds.Backend => Compare<BackendConfig>(before, after),
        _ => [new("value", before, after)],
    };

    private static IReadOnlyList<PlannedSetting> Compare<T>(string? before, string after)
        where T : class, new()
    {
        var silent = new T();
        var old = before is null ? silent : Read<T>(before);
        var now = Read<T>(after);
        return [.. Setting.Of(typeof(T))
            .Select(setting => (Setting: setting, Before: setting.PrintOf(old), After: setting.PrintOf(now)))
            .Where(row => row.Before != row.After || (row.Setting.IsOpaque && !Equals(row.Setting.Get(old), row.Setting.Get(now))))
            .Select(row => new PlannedSetting(row.Setting.Name, before is null ? null : row.Before, row.After == row.Before ? "(set anew)" : row.After))];
    }

    private static T Read<T>(string value)
        where T : class, new() => ControlDocument.Read<T>(value, place: "", new ConfigErrors(""));
}
