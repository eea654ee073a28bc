using System.Text.Json;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>What <c>brokerserve load --json</c> printed.</summary>
internal sealed record LoadReport(long Requests, IReadOnlyDictionary<string, long> Errors, IReadOnlyDictionary<string, long> Backends)
{
    public static LoadReport Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new LoadReport(root.GetProperty("requests").GetInt64(), Counts(root.GetProperty("errors")), Counts(root.GetProperty("backends")));
    }

    private static Dictionary<string, long> Counts(JsonElement counts) =>
        counts.EnumerateObject().ToDictionary(count => count.Name, count => count.Value.GetInt64());
}
