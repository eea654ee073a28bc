using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BrokerServe.Router.Configuration;
using Microsoft.Extensions.Configuration;

namespace BrokerServe.Router.ControlLog;

/// <summary>The value of an object: settings as in a configuration file, and whatever else a later version has put there.</summary>
internal static class ControlDocument
{
    private const string Section = "value";

    // For terminals and logs, not for web pages.
    private static readonly JsonSerializerOptions Printed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Of a name that comes twice nobody can say which is meant, and the tree of .NET would find it only where it is looked at.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Writes settings over a value, of which all stays that is no setting of this version.</summary>
    /// <param name="settings">What is to be so; what is as it would be unsaid is not written.</param>
    /// <param name="before">The value until now; null when there is none.</param>
    public static string Write(object settings, string? before)
    {
        var document = TryParse(before) ?? [];
        foreach (var known in document.Select(pair => pair.Key).Where(key => IsSetting(settings.GetType(), key)).ToArray())
        {
            document.Remove(known);
        }

        foreach (var (name, value) in SettingsJson.Said(settings))
        {
            document[name] = value?.DeepClone();
        }

        return document.ToJsonString(Printed);
    }

    /// <summary>Reads settings; what is no setting of this version is passed over, and what makes no sense is noted and left at its default.</summary>
    /// <param name="value">The text.</param>
    /// <param name="place">Where it stands, below the root of the errors.</param>
    /// <param name="errors">Where the notes go.</param>
    public static T Read<T>(string value, string place, ConfigErrors errors)
        where T : class, new()
    {
        var settings = new T();
        if (TryParse(value) is not { } document)
        {
            errors.Add(place, "is no JSON object");
            return settings;
        }

        var flat = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, node) in document.Where(pair => IsSetting(typeof(T), pair.Key)))
        {
            Flatten($"{Section}:{name}", node, flat);
        }

        new SettingsReader(errors).Read(new ConfigurationBuilder().AddInMemoryCollection(flat).Build().GetSection(Section), place, settings);
        RangeCheck.Check(place, settings, errors);
        var silent = new T();
        foreach (var setting in Setting.Of(typeof(T)).Where(setting => !RangeCheck.Allows(setting, setting.Get(settings))))
        {
            setting.Set(settings, setting.Get(silent));
        }

        return settings;
    }

    /// <summary>The value as a tree; null when it is no JSON object, has a name twice, or a text that is no Unicode.</summary>
    /// <remarks>It may come from anybody who may write to the log; what is returned can be looked at everywhere without an exception.</remarks>
    public static JsonObject? TryParse(string? value)
    {
        try
        {
            var document = value is null ? null : JsonNode.Parse(value, documentOptions: Strict) as JsonObject;
            ReadTexts(document);
            return document;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Half of a surrogate pair is legal JSON; .NET throws InvalidOperationException where such a name or text is first read.
    private static void ReadTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject section:
                foreach (var (_, child) in section)
                {
                    ReadTexts(child);
                }

                break;
            case JsonArray list:
                foreach (var child in list)
                {
                    ReadTexts(child);
                }

                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                _ = text.GetValue<string>();
                break;
        }
    }

    private static bool IsSetting(Type type, string name) => Setting.Of(type).Any(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // As .NET reads a JSON file: children are keys, an empty section is an empty text.
    private static void Flatten(string key, JsonNode? node, Dictionary<string, string?> flat)
    {
        switch (node)
        {
            case JsonObject section when section.Count > 0:
                foreach (var (name, child) in section)
                {
                    Flatten($"{key}:{name}", child, flat);
                }

                break;
            case JsonArray list when list.Count > 0:
                for (var i = 0; i < list.Count; i++)
                {
                    Flatten($"{key}:{i}", list[i], flat);
                }

                break;
            case JsonObject or JsonArray:
                flat[key] = "";
                break;
            default:
                flat[key] = node is null ? null : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
                break;
        }
    }
}
