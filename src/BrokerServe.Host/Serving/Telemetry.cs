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
    private static readonly string[] Meters =
        [BrokerServeClientTelemetry.MeterName, BrokerServeRouterTelemetry.MeterName, BrokerServeWorkerTelemetry.MeterName];

    private static readonly string[] Sources =
        [BrokerServeClientTelemetry.SourceName, BrokerServeRouterTelemetry.SourceName, BrokerServeWorkerTelemetry.SourceName];

    /// <summary>Exports when OpenTelemetry's own variable names a collector, or the configuration does.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration, string service)
    {
        var endpoint = configuration["BrokerServe:Telemetry:OtlpEndpoint"];
        if (string.IsNullOrEmpty(endpoint) && string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        if (!string.IsNullOrEmpty(endpoint) && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
        {
            throw new UsageException($"BrokerServe:Telemetry:OtlpEndpoint is '{endpoint}'; write an address such as http://localhost:4317.");
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
