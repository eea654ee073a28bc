using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BrokerServe.Host.Tests.Config;

/// <summary>Checks a document against a JSON schema, as far as ours goes; a keyword that is not known here is an error, not passed over.</summary>
internal static class SchemaCheck
{
    /// <summary>Everything that is wrong, each beginning with its place.</summary>
    public static List<string> Faults(JsonNode? document, JsonObject schema)
    {
        var faults = new List<string>();
        Check(document, schema, "$", faults);
        return faults;
    }

    private static void Check(JsonNode? node, JsonObject schema, string place, List<string> faults)
    {
        foreach (var (keyword, rule) in schema)
        {
            var holds = keyword switch
            {
                "$schema" or "title" or "description" or "default" or "$comment" => true,
                "type" => Types(rule!).Any(type => Is(node, type)),
                "enum" => rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, node)),
                "pattern" => node?.GetValueKind() is not JsonValueKind.String || Regex.IsMatch((string)node!, (string)rule!),
                "maxLength" => node?.GetValueKind() is not JsonValueKind.String || ((string)node!).Length <= (int)rule!,
                "minimum" => node?.GetValueKind() is not JsonValueKind.Number || (double)node >= (double)rule!,
                "maximum" => node?.GetValueKind() is not JsonValueKind.Number || (double)node <= (double)rule!,
                "items" => CheckItems(node as JsonArray, rule!.AsObject(), place, faults),
                "propertyNames" => CheckNames(node as JsonObject, rule!.AsObject(), place, faults),
                "properties" => CheckKnown(node as JsonObject, rule!.AsObject(), place, faults),
                "additionalProperties" => CheckOthers(node as JsonObject, schema, rule!, place, faults),
                _ => throw new NotSupportedException($"The schema says '{keyword}', which nobody checks here."),
            };
            if (!holds)
            {
                faults.Add($"{place}: {keyword}");
            }
        }
    }

    private static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray several ? several.Select(type => (string)type!) : [(string)rule!];

    private static bool Is(JsonNode? node, string type) => (type, node?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("null", JsonValueKind.Null)
            or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger((double)node!),
        _ => false,
    };

    private static bool CheckItems(JsonArray? items, JsonObject rule, string place, List<string> faults)
    {
        for (var i = 0; i < (items?.Count ?? 0); i++)
        {
            Check(items![i], rule, $"{place}[{i}]", faults);
        }

        return true;
    }

    private static bool CheckNames(JsonObject? node, JsonObject rule, string place, List<string> faults)
    {
        foreach (var (name, _) in node ?? [])
        {
            Check(name, rule, $"{place}.{name}", faults);
        }

        return true;
    }

    private static bool CheckKnown(JsonObject? node, JsonObject properties, string place, List<string> faults)
    {
        foreach (var (name, value) in (node ?? []).Where(property => properties.ContainsKey(property.Key)))
        {
            Check(value, properties[name]!.AsObject(), $"{place}.{name}", faults);
        }

        return true;
    }

    private static bool CheckOthers(JsonObject? node, JsonObject schema, JsonNode rule, string place, List<string> faults)
    {
        var known = schema["properties"] as JsonObject ?? [];
        foreach (var (name, value) in (node ?? []).Where(property => !known.ContainsKey(property.Key)))
        {
            if (rule is JsonObject others)
            {
                Check(value, others, $"{place}.{name}", faults);
            }
            else if (!(bool)rule)
            {
                faults.Add($"{place}.{name}: additionalProperties");
            }
        }

        return true;
    }
}
