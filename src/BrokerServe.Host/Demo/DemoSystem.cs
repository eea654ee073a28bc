using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace BrokerServe.Host.Demo;

/// <summary>A router, workers for three backends, and a client, in one host: how an application embeds the whole of it.</summary>
internal static class DemoSystem
{
    public const string Endpoint = "greet";
    public const string Shadow = "greet-shadow";

    /// <summary>The backends: two that share the traffic, and a shadow.</summary>
    public static IReadOnlyList<DemoBackend> Backends { get; } =
    [
        new("greet-v1", Replicas: 3, Share: 0.9),
        new("greet-v2", Replicas: 2, Share: 0.1),
        new(Shadow, Replicas: 1, Share: 0.2, IsShadow: true),
    ];

    // Five seconds in all: deleting a queue takes milliseconds, and a demo that hangs would be worse than a queue that stays.
    private const int MaxLooks = 100;
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(50);

    public static IHost Build(IBroker broker, DemoSettings settings, DemoCounts counts, ILoggerProvider log)
    {
        var builder = GenericHost.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        Serving.Logs.Configure(builder.Logging, log, LogLevel.Warning);

        // The command takes SIGINT and SIGTERM itself, because the summary comes after them.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddBrokerServeRouter().Configure(router => Route(router, settings)).UseBroker(broker);
        foreach (var backend in Backends)
        {
            AddWorker(builder.Services, backend, settings, counts);
        }

        builder.Services.AddBrokerServeClient(client =>
        {
            client.Name = "demo";
            client.Prefix = settings.Prefix;
            client.MaxPendingCalls = Math.Max(client.MaxPendingCalls, settings.Concurrency);
        });
        return builder.Build();
    }

    /// <summary>Removes the endpoint's queue, which would be left at a broker that outlives this process.</summary>
    public static async Task RemoveEndpointAsync(IHost host, IBroker broker, DemoSettings settings)
    {
        host.Services.GetRequiredService<IRouterControl>().RemoveEndpoint(Endpoint);
        await using var connection = await broker.ConnectAsync("demo inspector", CancellationToken.None);
        var queue = new ObjectNames(settings.Prefix).EndpointQueue(Endpoint);
        for (var looks = 0; looks < MaxLooks; looks++)
        {
            if (await connection.InspectQueueAsync(queue, CancellationToken.None) is null)
            {
                return;
            }

            await Task.Delay(LookPeriod);
        }
    }

    private static void Route(RouterOptions router, DemoSettings settings)
    {
        router.Prefix = settings.Prefix;
        foreach (var backend in Backends)
        {
            router.Backends[backend.Name] = new BackendConfig();
        }

        router.Endpoints[Endpoint] = new EndpointConfig
        {
            Traffic = Backends.Where(backend => !backend.IsShadow).ToDictionary(backend => backend.Name, backend => backend.Share),
            Shadow = Backends.Where(backend => backend.IsShadow).ToDictionary(backend => backend.Name, backend => backend.Share),
        };
    }

    private static void AddWorker(IServiceCollection services, DemoBackend backend, DemoSettings settings, DemoCounts counts)
    {
        var handled = counts.Of(backend.Name);
        services.AddBrokerServeWorker(backend.Name, worker =>
        {
            worker.Replicas = backend.Replicas;
            worker.Prefix = settings.Prefix;
            worker.Handle<Greeting, string>(greeting =>
            {
                handled.Increment();
                return $"Hello, {greeting.Name}! This is {backend.Name}.";
            });
        });
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
