using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Host.Tests.Config;

/// <summary>The JSON schema that follows from the option classes: their properties, documentation, attributes and initial values.</summary>
internal static class SchemaModel
{
    private const string Duration = @"^([0-9]+(\.[0-9]+)?(ms|s|m|h)|([0-9]+\.)?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?)$";
    private const string Name = "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$";

    public static JsonObject Build() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "The configuration of a BrokerServe router",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["$schema"] = new JsonObject { ["type"] = "string" },
            ["BrokerServe"] = Router(),
        },
    };

    // Other parts may keep settings of their own beside those of the router, so only here unknown keys are allowed.
    private static JsonObject Router()
    {
        var properties = Properties(new RouterOptions());
        properties["Endpoints"] = Named("Endpoints", new EndpointConfig());
        properties["Backends"] = Named("Backends", new BackendConfig());
        return new JsonObject
        {
            ["description"] = Documentation.Of(typeof(RouterOptions)),
            ["type"] = "object",
            ["properties"] = properties,
        };
    }

    private static JsonObject Named(string property, object settings) => new()
    {
        ["description"] = Documentation.Of(typeof(RouterOptions), property),
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = Name },
        ["additionalProperties"] = Section(settings, Documentation.Of(settings.GetType())),
    };

    private static JsonObject Section(object settings, string description) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["properties"] = Properties(settings),
        ["additionalProperties"] = false,
    };

    private static JsonObject Properties(object settings) => new(Setting.Of(settings.GetType())
        .Select(setting => KeyValuePair.Create(setting.Name, (JsonNode?)Property(setting, settings))));

    private static JsonObject Property(Setting setting, object settings)
    {
        var description = Documentation.Of(settings.GetType(), setting.Name);
        var initial = setting.Get(settings);
        var type = Nullable.GetUnderlyingType(setting.Type) ?? setting.Type;
        if (type == typeof(ReconnectOptions))
        {
            return Section(initial!, description);
        }

        var property = new JsonObject { ["description"] = description };
        if (type == typeof(IReadOnlyDictionary<string, double>))
        {
            property["type"] = "object";
            property["propertyNames"] = new JsonObject { ["pattern"] = Name };
            property["additionalProperties"] = new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 };
            return property;
        }

        if (setting.IsSectionList)
        {
            property["type"] = "array";
            property["items"] = Section(new StaticReplicaConfig(), Documentation.Of(typeof(StaticReplicaConfig)));
            property["default"] = new JsonArray();
            return property;
        }

        var isNumber = type == typeof(int) || type == typeof(long);
        var word = type == typeof(IReadOnlyList<string>) ? "array" : isNumber ? "integer" : type == typeof(bool) ? "boolean" : "string";
        property["type"] = setting.IsOptional ? new JsonArray(word, "null") : word;
        if (type == typeof(TimeSpan))
        {
            property["pattern"] = Duration;
        }
        else if (type.IsEnum)
        {
            property["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))]);
        }
        else if (word == "array")
        {
            property["items"] = new JsonObject { ["type"] = "string" };
        }

        AddRules(setting, property);
        property["default"] = initial switch
        {
            null => null,
            bool truth => truth,
            int number => number,
            long number => number,
            IReadOnlyList<string> texts => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
            _ => Setting.Print(initial),
        };
        return property;
    }

    private static void AddRules(Setting setting, JsonObject property)
    {
        foreach (var rule in setting.Rules)
        {
            switch (rule)
            {
                case RangeAttribute range when range.OperandType == typeof(TimeSpan):
                    // A schema cannot compare durations; people can.
                    property["$comment"] = $"{PrintTime(range.Minimum)} to {PrintTime(range.Maximum)}";
                    break;
                case RangeAttribute range:
                    property["minimum"] = Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture);
                    property["maximum"] = Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture);
                    break;
                case StringLengthAttribute length:
                    property["maxLength"] = length.MaximumLength;
                    break;
                default:
                    throw new NotSupportedException($"{setting.Name} has a rule that the schema does not know: {rule}.");
            }
        }
    }

    private static string PrintTime(object bound) => Setting.Print(TimeSpan.Parse(bound.ToString()!, CultureInfo.InvariantCulture));
}
