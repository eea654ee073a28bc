using BrokerServe.Client;
using BrokerServe.Router;
using BrokerServe.Worker;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BrokerServe.Host.Serving;

/// <summary>Metrics and traces over OTLP, where a collector is named.</summary>
internal static class Telemetry
{
    private const string EndpointKey = "BrokerServe:Telemetry:OtlpEndpoint";

    private static readonly string[] Meters =
        [BrokerServeClientTelemetry.MeterName, BrokerServeRouterTelemetry.MeterName, BrokerServeWorkerTelemetry.MeterName];

    private static readonly string[] Sources =
        [BrokerServeClientTelemetry.SourceName, BrokerServeRouterTelemetry.SourceName, BrokerServeWorkerTelemetry.SourceName];

    /// <summary>What is wrong with the collector's address in the configuration; empty when nothing is.</summary>
    public static string[] FindFaults(IConfiguration configuration) =>
        configuration[EndpointKey] is { Length: > 0 } endpoint && !Uri.TryCreate(endpoint, UriKind.Absolute, out _)
            ? [$"{EndpointKey} is '{endpoint}'; write an address such as http://localhost:4317."]
            : [];

    /// <summary>Exports when OpenTelemetry's own variable names a collector, or the configuration does.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration, string service)
    {
        var endpoint = configuration[EndpointKey];
        if (string.IsNullOrEmpty(endpoint) && string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        if (FindFaults(configuration) is [var fault, ..])
        {
            throw new UsageException(fault);
        }

        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service))
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddRuntimeInstrumentation().AddOtlpExporter(To))
            .WithTracing(traces => traces.AddSource(Sources).AddOtlpExporter(To));

        void To(OtlpExporterOptions options)
        {
            if (!string.IsNullOrEmpty(endpoint))
            {
                options.Endpoint = new Uri(endpoint);
            }
        }
    }
}
