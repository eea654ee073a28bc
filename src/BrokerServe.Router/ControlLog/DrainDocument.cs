using System.Text.Json;

namespace BrokerServe.Router.ControlLog;

/// <summary>The value of a replica in the control log.</summary>
internal static class DrainDocument
{
    /// <summary>Says that it gets nothing new.</summary>
    public const string Drained = """{"Drain":true}""";

    /// <summary>Whether a value says so.</summary>
    public static bool IsDrained(string value) =>
        ControlDocument.TryParse(value) is { } document && document["Drain"]?.GetValueKind() == JsonValueKind.True;
}
