using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using BrokerServe.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Routers, workers and clients, each in a host of its own, on one broker and under a prefix that nobody else has.</summary>
internal sealed partial class ServingSystem(Func<IBroker> broker) : IAsyncDisposable
{
    /// <summary>A guard, not an expectation: what takes longer has gone wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IHost> _hosts = [];

    public string Prefix { get; init; } = $"t{Guid.NewGuid():N}"[..12];

    /// <summary>The broker of the system, for a part that is the test's own.</summary>
    public IBroker OpenBroker() => broker();

    /// <summary>Starts a router with what it shall serve.</summary>
    public Task<RouterHost> StartRouterAsync(Action<RouterOptions> configure) => StartRouterAsync(router => router.Configure(options =>
    {
        options.Prefix = Prefix;
        configure(options);
    }));

    /// <summary>Starts a router that follows a configuration.</summary>
    public Task<RouterHost> StartRouterAsync(LiveConfig config) => StartRouterAsync(router => router.LoadFromConfig(config.Section));

    /// <summary>Starts a worker for a backend.</summary>
    public Task<IHost> StartWorkerAsync(string backend, Action<BrokerServeWorkerOptions> configure) => StartAsync(services => services
        .AddBrokerServeWorker(backend, options =>
        {
            options.Prefix = Prefix;
            configure(options);
        })
        .UseBroker(broker()));

    /// <summary>Starts a client.</summary>
    public async Task<IBrokerServeClient> StartClientAsync(Action<BrokerServeClientOptions>? configure = null)
    {
        var host = await StartAsync(services => services
            .AddBrokerServeClient(options =>
            {
                options.Prefix = Prefix;
                configure?.Invoke(options);
            })
            .UseBroker(broker()));
        return host.Services.GetRequiredService<IBrokerServeClient>();
    }

    /// <summary>Messages that wait in an endpoint's queue; null while there is no such queue.</summary>
    public async Task<long?> CountWaitingAsync(string endpoint)
    {
        await using var connection = await broker().ConnectAsync("test", CancellationToken.None);
        return (await connection.InspectQueueAsync(new ObjectNames(Prefix).EndpointQueue(endpoint), CancellationToken.None))?.Ready;
    }

    /// <summary>Stops one host in an orderly way, as SIGTERM does.</summary>
    public async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync();
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_hosts).ToArray())
        {
            await StopAsync(host);
        }
    }

    private async Task<RouterHost> StartRouterAsync(Func<IBrokerServeRouterBuilder, IBrokerServeRouterBuilder> configure)
    {
        var host = await StartAsync(services => configure(services.AddBrokerServeRouter()).UseBroker(broker()));
        await UntilReadyAsync(host.Services.GetRequiredService<HealthCheckService>());
        return new RouterHost(host, host.Services.GetRequiredService<IRouterControl>());
    }

    /// <summary>A router is ready when every endpoint has its queue; that has no event of its own, as for any operator.</summary>
    private static async Task UntilReadyAsync(HealthCheckService health)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await health.CheckHealthAsync(patience.Token)).Status != HealthStatus.Healthy)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task<IHost> StartAsync(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new TestOutputLogs());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Patience);
        configure(builder.Services);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>A router and its control.</summary>
    internal sealed record RouterHost(IHost Host, IRouterControl Control);
}
