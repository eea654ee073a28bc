using BrokerServe.Testing;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.House.Tests;

/// <summary>The C# of the packages' own pages, compiled. A test holds the two together, word for word.</summary>
internal static class PackageSnippets
{
    public static void Client(IServiceCollection services)
    {
        #region Client
        services.AddBrokerServeClient(client => client.DefaultTimeout = TimeSpan.FromSeconds(5)).UseRabbitMq("amqp://localhost");
        #endregion
    }

    public static void Worker(IServiceCollection services)
    {
        #region Worker
        services.AddBrokerServeWorker("echo-v1", worker => worker.HandleRaw(query => query.Echo())).UseRabbitMq("amqp://localhost");
        #endregion
    }

    public static void Router(IServiceCollection services, IConfiguration configuration)
    {
        #region Router
        services.AddBrokerServeRouter().LoadFromConfig(configuration.GetSection("BrokerServe")).UseRabbitMq("amqp://localhost");
        #endregion
    }

    public static void RabbitMq(IServiceCollection services)
    {
        #region RabbitMq
        services
            .AddBrokerServeClient()
            .UseRabbitMq("amqps://user:password@one,two/shop", rabbit => rabbit.Heartbeat = TimeSpan.FromSeconds(20));
        #endregion
    }

    public static async Task<string> TestingAsync()
    {
        #region Testing
        await using var serve = await BrokerServeTestHost.StartAsync(test => test.Serve<string, string>("greet", name => $"Hello, {name}!"));
        var greeting = await serve.Client.InvokeAsync<string, string>("greet", "Ada");
        #endregion
        return greeting;
    }

    public static void Transport(IServiceCollection producers, IServiceCollection workers)
    {
        #region Transport
        var broker = new InMemoryBroker();
        producers.AddBrokerServeClient().UseBroker(broker);
        workers.AddBrokerServeWorker("echo-v1", worker => worker.HandleRaw(query => query.Echo())).UseBroker(broker);
        #endregion
    }
}
