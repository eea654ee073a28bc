using System.Net;
using System.Net.Sockets;
using BrokerServe.Host.Serving;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Host.Tests;

/// <summary>Processes that stay: health over HTTP, and what keeps them from starting.</summary>
public sealed class ServiceSpecs
{
    [Fact]
    public async Task Health_says_whether_the_router_can_serve_and_alive_that_it_runs()
    {
        using var broker = new InMemoryBroker();
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var started = new TaskCompletionSource<IHostApplicationLifetime>();
        var running = RunRouterAsync(url, broker, started, TextWriter.Null);
        var lifetime = await Within.ReasonAsync(started.Task, "the router started");
        using var http = new HttpClient { BaseAddress = url };

        var alive = await http.GetAsync("/alive");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        var healthy = await Within.ReasonAsync(UntilAsync(http, HttpStatusCode.OK), "the router was healthy");
        Assert.Contains("\"brokerserve-router\":{\"status\":\"Healthy\"", healthy, StringComparison.Ordinal);
        Assert.Equal(0, await CheckAsync(url, "\"Healthy\""));

        broker.Stop();

        // For a moment one of its two connections is lost and the other is not: it cannot publish, and does not know yet why.
        await Within.ReasonAsync(UntilAsync(http, HttpStatusCode.ServiceUnavailable, "no connection"), "the router said that it has no connection");
        Assert.Equal(1, await CheckAsync(url, "\"Unhealthy\""));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/alive")).StatusCode);

        lifetime.StopApplication();
        Assert.Equal(0, await Within.ReasonAsync(running, "the router stopped"));
        Assert.Equal(1, await CheckAsync(url, "/health: "));
    }

    [Fact]
    public async Task An_address_in_use_exits_with_1_and_one_clear_line()
    {
        using var broker = new InMemoryBroker();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        var error = new StringWriter();

        var code = await Within.ReasonAsync(
            RunRouterAsync(url, broker, new TaskCompletionSource<IHostApplicationLifetime>(), error), "the router gave up");

        Assert.Equal(1, code);
        Assert.Contains($"{url} is in use", Assert.Single(error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_collectors_address_that_is_none_is_refused()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["BrokerServe:Telemetry:OtlpEndpoint"] = "here" })
            .Build();

        var fault = Assert.Throws<UsageException>(() => Telemetry.Add(new ServiceCollection(), configuration, "test"));

        Assert.Contains("'here'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Telemetry_is_exported_where_a_collector_is_named_and_nowhere_else()
    {
        var silent = new ServiceCollection();
        Telemetry.Add(silent, new ConfigurationBuilder().Build(), "test");
        Assert.Empty(silent);

        var named = new ServiceCollection();
        Telemetry.Add(
            named,
            new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317" })
                .Build(),
            "test");
        Assert.NotEmpty(named);
    }

    // As the health check of a container does.
    private static async Task<int> CheckAsync(Uri url, string said)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Within.ReasonAsync(CommandLine.RunAsync(["healthcheck", "--url", url.AbsoluteUri], output, error), "the health check ended");
        Assert.Contains(said, (code == 0 ? output : error).ToString(), StringComparison.Ordinal);
        return code;
    }

    private static Task<int> RunRouterAsync(Uri url, InMemoryBroker broker, TaskCompletionSource<IHostApplicationLifetime> started, TextWriter error) =>
        ServiceHost.RunAsync(
            new ServiceSettings("test", url, LogFormat.Text, LogLevel.Error),
            (services, _) =>
            {
                services.AddBrokerServeRouter().UseBroker(broker);
                services.AddHostedService(provider => new Announcer(provider.GetRequiredService<IHostApplicationLifetime>(), started));
            },
            error);

    private static async Task<string> UntilAsync(HttpClient http, HttpStatusCode status, string says = "")
    {
        while (true)
        {
            var response = await http.GetAsync("/health");
            var body = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == status && body.Contains(says, StringComparison.Ordinal))
            {
                return body;
            }

            await Task.Delay(10);
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal sealed class Announcer(IHostApplicationLifetime lifetime, TaskCompletionSource<IHostApplicationLifetime> started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.ApplicationStarted.Register(() => started.TrySetResult(lifetime));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
