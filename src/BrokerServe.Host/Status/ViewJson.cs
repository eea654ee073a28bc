using System.Text.Json;
using BrokerServe.Host.Measuring;
using BrokerServe.Host.Tables;
using BrokerServe.Protocol.Reports;

namespace BrokerServe.Host.Status;

/// <summary>What routers report, as JSON: lists of routers, endpoints, backends and replicas.</summary>
internal static class ViewJson
{
    /// <summary>Adds the lists to an object.</summary>
    public static void Write(Utf8JsonWriter json, SystemView view)
    {
        WriteList(json, "routers", view.Routers, static (json, router) =>
        {
            json.WriteString("router", router.Router);
            json.WriteString("software", router.Software);
            Write(json, "uptime_s", router.Uptime?.TotalSeconds);
            json.WriteNumber("age_ms", (long)router.Age.TotalMilliseconds);
            json.WriteNumber("clock_ahead_ms", (long)router.ClockAhead.TotalMilliseconds);
            Write(json, "buffered_bytes", router.BufferedBytes);
            json.WriteNumber("queued", router.Queued);
            json.WriteNumber("in_flight", router.InFlight);
            Write(json, "requests_per_s", router.RequestsPerSecond);
        });
        WriteList(json, "endpoints", view.Endpoints, static (json, endpoint) =>
        {
            json.WriteString("endpoint", endpoint.Endpoint);
            json.WriteNumber("requests", endpoint.Requests);
            Write(json, "requests_per_s", endpoint.RequestsPerSecond);
            Write(json, "errors_per_s", endpoint.ErrorsPerSecond);
            Write(json, endpoint.Latency);
            WriteMap(json, "errors", endpoint.Errors, static (json, name, count) => json.WriteNumber(name, count));
            WriteMap(json, "traffic", endpoint.Traffic, static (json, name, share) => json.WriteNumber(name, share));
            WriteMap(json, "shadow", endpoint.Shadow, static (json, name, share) => json.WriteNumber(name, share));
        });
        WriteList(json, "backends", view.Backends, static (json, backend) =>
        {
            json.WriteString("backend", backend.Backend);
            json.WriteNumber("queued", backend.Queued);
            json.WriteNumber("in_flight", backend.InFlight);
            json.WriteNumber("credit", backend.Credit);
            json.WriteNumber("replicas", backend.Replicas);
            json.WriteNumber("replies", backend.Replies);
            json.WriteNumber("errors", backend.Errors);
            Write(json, "replies_per_s", backend.RepliesPerSecond);
            Write(json, "errors_per_s", backend.ErrorsPerSecond);
            Write(json, backend.Latency);
        });
        WriteList(json, "replicas", view.Replicas, static (json, replica) =>
        {
            json.WriteString("replica", replica.Replica);
            json.WriteString("backend", replica.Backend);
            json.WriteString("state", Sections.PhaseOf(replica.Phase));
            json.WriteNumber("limit", replica.Limit);
            json.WriteNumber("in_flight", replica.InFlight);
            json.WriteNumber("replies", replica.Replies);
            json.WriteNumber("errors", replica.Errors);
            Write(json, "replies_per_s", replica.RepliesPerSecond);
            Write(json, "errors_per_s", replica.ErrorsPerSecond);
        });
    }

    private static void Write(Utf8JsonWriter json, LatencyView latency)
    {
        json.WriteStartObject("latency_ms");
        Write(json, "p50", latency.P50);
        Write(json, "p90", latency.P90);
        Write(json, "p99", latency.P99);
        json.WriteEndObject();
    }

    /// <summary>A number, or null when it is not known.</summary>
    public static void Write(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, Figures.Round(known));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMap<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, T> map, Action<Utf8JsonWriter, string, T> write)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            write(json, key, value);
        }

        json.WriteEndObject();
    }
}
