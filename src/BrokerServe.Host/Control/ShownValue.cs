using System.Text.Json.Nodes;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.Host.Control;

/// <summary>The value of an object for people: all of it, but of what is opaque only that there is something.</summary>
internal static class ShownValue
{
    public static JsonNode? Of(ControlObject row)
    {
        if (ControlDocument.TryParse(row.Value) is not { } document)
        {
            return row.Value;
        }

        var type = row.Kind switch { ControlKinds.Endpoint => typeof(EndpointConfig), ControlKinds.Backend => typeof(BackendConfig), _ => null };
        var opaque = type is null ? [] : Setting.Of(type).Where(setting => setting.IsOpaque).Select(setting => setting.Name);
        foreach (var hidden in document.Select(pair => pair.Key).Where(key => opaque.Contains(key, StringComparer.OrdinalIgnoreCase)).ToArray())
        {
            document[hidden] = "(set)";
        }

        return document;
    }

    /// <summary>In one line.</summary>
    public static string Print(ControlObject row) => ControlText.OneLine(Of(row));
}
