using BrokerServe.Client;
using BrokerServe.Host.Handlers;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Host.Tests;

/// <summary>A router and a worker with a built-in handler on a broker in this process: what commands talk to.</summary>
internal sealed class TrialSystem : IAsyncDisposable
{
    private readonly IHost _host;

    private TrialSystem(IHost host, InMemoryBroker broker)
    {
        _host = host;
        Broker = broker;
    }

    /// <summary>The broker; the endpoint is <c>greet</c>, the backend <c>greet-v1</c>.</summary>
    public InMemoryBroker Broker { get; }

    public static async Task<TrialSystem> StartAsync(string handler, InMemoryBroker? broker = null)
    {
        broker ??= new InMemoryBroker();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddBrokerServeRouter().Configure(router =>
        {
            router.Backends["greet-v1"] = new BackendConfig();
            router.Endpoints["greet"] = new EndpointConfig { Traffic = new Dictionary<string, double> { ["greet-v1"] = 1 } };
        }).UseBroker(broker);
        builder.Services.AddBrokerServeWorker("greet-v1", worker => worker.HandleRaw(BuiltInHandler.Parse(handler)!.Handle));
        var host = builder.Build();
        await host.StartAsync();
        return new TrialSystem(host, broker);
    }

    /// <summary>Completes when a first call has ended: router and worker have found each other then.</summary>
    public async Task WarmUpAsync()
    {
        await using var client = await BrokerServeClient.ConnectAsync(Broker);
        try
        {
            await client.InvokeRawAsync("greet", default);
        }
        catch (BrokerServeException failure) when (failure.Status == ReplyStatus.HandlerError)
        {
            // A handler that fails has run.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Broker.DisposeAsync();
    }
}
