using System.Diagnostics;
using BrokerServe.Client;
using BrokerServe.EndToEnd.Tests.Collecting;
using BrokerServe.Host.Serving;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;

namespace BrokerServe.Host.Tests;

/// <summary>What a collector gets. It hears every call of the process, and would lose some of many.</summary>
[Collection(nameof(Alone))]
public sealed class ExportSpecs
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("BrokerServe:Telemetry:OtlpEndpoint")]
    public async Task A_collector_gets_all_spans_of_a_call_each_under_the_right_one(string key)
    {
        using var source = new ActivitySource($"handler-{Guid.NewGuid():N}");
        using var receiver = new OtlpReceiver();
        using var host = Build(receiver, source, key);
        await host.StartAsync();

        Assert.Equal("ADA", await host.Services.GetRequiredService<IBrokerServeClient>().InvokeAsync<string, string>("greet", "Ada"));
        await host.StopAsync();
        host.Services.GetRequiredService<TracerProvider>().ForceFlush();

        // Other tests of this process call endpoints of that name, too; the handler's span is of this one alone.
        var handled = Assert.Single(receiver.Spans, span => span.Name == "handle");
        var spans = receiver.Spans.Where(span => span.Trace == handled.Trace).ToDictionary(span => span.Name);
        Assert.Equal(["call greet", "handle", "process greet", "route greet"], spans.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(spans["call greet"].Parent);
        Assert.Equal(spans["call greet"].Span, spans["route greet"].Parent);
        Assert.Equal(spans["route greet"].Span, spans["process greet"].Parent);
        Assert.Equal(spans["process greet"].Span, spans["handle"].Parent);
    }

    // All parts in one process, exporting as the executable does.
    private static IHost Build(OtlpReceiver receiver, ActivitySource source, string key)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [key] = receiver.Url.ToString(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        Telemetry.Add(builder.Services, builder.Configuration, "test");
        builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddSource(source.Name));
        builder.Services.AddBrokerServeRouter().Configure(router =>
        {
            router.Backends["greet-v1"] = new BackendConfig();
            router.Endpoints["greet"] = new EndpointConfig { Traffic = new Dictionary<string, double> { ["greet-v1"] = 1 } };
        }).UseBroker(new InMemoryBroker());
        builder.Services.AddBrokerServeClient();
        builder.Services.AddBrokerServeWorker("greet-v1", worker => worker.Handle<string, string>(name =>
        {
            using var handling = source.StartActivity("handle");
            return name.ToUpperInvariant();
        }));
        return builder.Build();
    }
}
