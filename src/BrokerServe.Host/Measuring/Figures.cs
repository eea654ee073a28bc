using System.Text.Json;

namespace BrokerServe.Host.Measuring;

/// <summary>Writes what was measured, for machines.</summary>
internal static class Figures
{
    public static void WriteCounts(Utf8JsonWriter json, string name, SortedDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }

    public static void WriteLatency(Utf8JsonWriter json, CallTotals totals)
    {
        json.WriteStartObject("latency_ms");
        json.WriteNumber("mean", Round(totals.MeanLatencyMs));
        json.WriteNumber("p50", totals.LatencyMs(50));
        json.WriteNumber("p90", totals.LatencyMs(90));
        json.WriteNumber("p99", totals.LatencyMs(99));
        json.WriteNumber("p999", totals.LatencyMs(99.9));
        json.WriteNumber("max", totals.MaxLatencyMs);
        json.WriteEndObject();
    }

    public static double Round(double value) => Math.Round(value, 3);

    /// <summary>One JSON object as text.</summary>
    public static string Object(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
