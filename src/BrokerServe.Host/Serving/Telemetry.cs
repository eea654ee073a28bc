using BrokerServe.Client;
using BrokerServe.Router;
using BrokerServe.Worker;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BrokerServe.Host.Serving;

/// <summary>Metrics, traces and logs over OTLP, where a collector is named; metrics for Prometheus, where there are pages.</summary>
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

    /// <summary>Exports when OpenTelemetry's own variable names a collector, or the configuration does; and shows metrics to who asks for them.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Where a collector is named.</param>
    /// <param name="service">The process's name in telemetry.</param>
    /// <param name="pages">It answers over HTTP: metrics are there to be scraped.</param>
    public static void Add(IServiceCollection services, IConfiguration configuration, string service, bool pages = false)
    {
        if (FindFaults(configuration) is [var fault, ..])
        {
            throw new UsageException(fault);
        }

        var endpoint = configuration[EndpointKey];
        var exports = !string.IsNullOrEmpty(endpoint) || !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        if (!exports && !pages)
        {
            return;
        }

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddRuntimeInstrumentation();
                if (pages)
                {
                    metrics.AddPrometheusExporter();
                }

                if (exports)
                {
                    metrics.AddOtlpExporter(options => To(options, "metrics"));
                }
            });
        if (exports)
        {
            telemetry
                .WithTracing(traces => traces.AddSource(Sources).AddOtlpExporter(options => To(options, "traces")))
                .WithLogging(logs => logs.AddOtlpExporter(options => To(options, "logs")), static options => options.IncludeFormattedMessage = true);
        }

        // As with OpenTelemetry's own variable, the address is that of the collector, and over HTTP each signal has its path there.
        void To(OtlpExporterOptions options, string signal)
        {
            if (!string.IsNullOrEmpty(endpoint))
            {
                options.Endpoint = new Uri(options.Protocol == OtlpExportProtocol.HttpProtobuf ? $"{endpoint.TrimEnd('/')}/v1/{signal}" : endpoint);
            }
        }
    }
}
