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

    private const string First = "greet-v1";
    private const string Second = "greet-v2";
    private const double FirstWeight = 0.9;
    private const double SecondWeight = 0.1;
    private const double ShadowShare = 0.2;

    // Five seconds in all: deleting a queue takes milliseconds, and a demo that hangs would be worse than a queue that stays.
    private const int MaxLooks = 100;
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(50);

    public static IHost Build(IBroker broker, DemoSettings settings, DemoCounts counts)
    {
        var builder = GenericHost.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        Serving.Logs.Configure(builder.Logging, Serving.LogFormat.Text, LogLevel.Warning);

        // The command takes SIGINT and SIGTERM itself, because the summary comes after them.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddBrokerServeRouter().Configure(router => Route(router, settings)).UseBroker(broker);
        AddWorker(builder.Services, First, replicas: 3, settings, counts);
        AddWorker(builder.Services, Second, replicas: 2, settings, counts);
        AddWorker(builder.Services, Shadow, replicas: 1, settings, counts);
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
        router.Backends[First] = new BackendConfig();
        router.Backends[Second] = new BackendConfig();
        router.Backends[Shadow] = new BackendConfig();
        router.Endpoints[Endpoint] = new EndpointConfig
        {
            Traffic = new Dictionary<string, double> { [First] = FirstWeight, [Second] = SecondWeight },
            Shadow = new Dictionary<string, double> { [Shadow] = ShadowShare },
        };
    }

    private static void AddWorker(IServiceCollection services, string backend, int replicas, DemoSettings settings, DemoCounts counts)
    {
        var handled = counts.Of(backend);
        services.AddBrokerServeWorker(backend, worker =>
        {
            worker.Replicas = replicas;
            worker.Prefix = settings.Prefix;
            worker.Handle<Greeting, string>(greeting =>
            {
                handled.Increment();
                return $"Hello, {greeting.Name}! This is {backend}.";
            });
        });
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
