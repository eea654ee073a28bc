using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerServe.InProcess;

/// <summary>Client, router and two replicas in one process, on the in-memory broker: four hops, as over a network.</summary>
internal sealed class ServeEcho : IEcho
{
    private const string Endpoint = "greet";
    private const string Backend = "greet-v1";

    private readonly IHost _host;
    private readonly IBrokerServeClient _client;

    private ServeEcho(IHost host)
    {
        _host = host;
        _client = host.Services.GetRequiredService<IBrokerServeClient>();
    }

    public string Name => "BrokerServe";

    public static async Task<ServeEcho> StartAsync(int concurrency, bool atMostOnce)
    {
        var guarantee = atMostOnce ? DeliveryGuarantee.AtMostOnce : DeliveryGuarantee.AtLeastOnce;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        // The client starts before the router here, and says so.
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("BrokerServe.Client", LogLevel.Error);
        builder.Services.AddBrokerServeRouter().UseInMemory().Configure(router =>
        {
            router.Endpoints[Endpoint] = new EndpointConfig { Traffic = new Dictionary<string, double> { [Backend] = 1 }, Delivery = guarantee };
            router.Backends[Backend] = new BackendConfig();
        });
        builder.Services.AddBrokerServeWorker(Backend, worker =>
        {
            worker.Replicas = 2;
            worker.MaxConcurrentQueries = concurrency;
            worker.HandleRaw(query => query.Echo());
        });
        builder.Services.AddBrokerServeClient(client => client.Delivery = guarantee);
        var host = builder.Build();
        await host.StartAsync();
        return new ServeEcho(host);
    }

    public ValueTask<RawReply?> SendAsync(ReadOnlyMemory<byte> body) => _client.InvokeRawAsync(Endpoint, body)!;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
