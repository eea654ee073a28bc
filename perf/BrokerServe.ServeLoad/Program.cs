using BrokerServe.Client;
using BrokerServe.LoadGenerator;
using BrokerServe.ServeLoad;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

// As an application does it; how much of it goes where is said by OpenTelemetry's own variables.
var observed = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };
using var traces = observed ? Sdk.CreateTracerProviderBuilder().AddSource(BrokerServeClientTelemetry.SourceName).AddOtlpExporter().Build() : null;
using var metrics = observed ? Sdk.CreateMeterProviderBuilder().AddMeter(BrokerServeClientTelemetry.MeterName).AddOtlpExporter().Build() : null;
return await LoadProgram.RunAsync(options.Load, (generator, load) => ClientTarget.ConnectAsync(generator, options with { Load = load }));
