using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>A real host with one worker on an in-memory broker, and a scripted router beside it.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private WorkerHost(IHost host, InMemoryBroker broker, RouterStand router, ReplicaAnnouncement replica)
    {
        Host = host;
        Broker = broker;
        Router = router;
        Replica = replica;
    }

    public IHost Host { get; }

    public InMemoryBroker Broker { get; }

    public RouterStand Router { get; }

    /// <summary>The first replica that joined.</summary>
    public ReplicaAnnouncement Replica { get; }

    public static async Task<WorkerHost> StartAsync(
        Action<BrokerServeWorkerOptions> configure, Action<IServiceCollection>? services = null, InMemoryBrokerOptions? options = null)
    {
        var broker = new InMemoryBroker(options);
        var router = await RouterStand.StartAsync(broker);
        var host = Build(broker, configure, services);
        await host.StartAsync();
        var replica = await router.HearsAsync(AnnouncementKind.Join);
        return new WorkerHost(host, broker, router, replica);
    }

    public static IHost Build(InMemoryBroker broker, Action<BrokerServeWorkerOptions> configure, Action<IServiceCollection>? services = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddMetrics();
        builder.Services.AddLogging();
        services?.Invoke(builder.Services);
        builder.Services.AddBrokerServeWorker("greet-v1", worker =>
        {
            worker.Reconnect = new ReconnectOptions { FirstDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(100) };
            configure(worker);
        }).UseBroker(broker);
        return builder.Build();
    }

    /// <summary>Stops the host as SIGTERM would, with the router fencing at once, so that nothing waits for the grace period.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await Host.StopAsync(atOnce.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Host.Dispose();
        await Router.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
