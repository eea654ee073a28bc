using BrokerServe.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.House.Tests;

/// <summary>The C# of the README, compiled. A test holds the two together, word for word.</summary>
internal static class Snippets
{
    public static async Task ProducerAsync()
    {
        #region producer
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBrokerServeClient().UseRabbitMq("amqp://guest:guest@localhost");
        using var host = builder.Build();
        await host.StartAsync();

        var client = host.Services.GetRequiredService<IBrokerServeClient>();
        try
        {
            var greeting = await client.InvokeAsync<Greet, string>(
                "greet", new Greet("Ada"), new InvokeOptions { Timeout = TimeSpan.FromSeconds(5), ShardKey = "u42" });
            Console.WriteLine(greeting);
        }
        catch (BrokerServeException failure) when (failure.Retryable)
        {
            Console.WriteLine($"{failure.Code}: {failure.Reason}");
        }
        #endregion
    }

    public static async Task WorkerAsync()
    {
        #region worker
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBrokerServeWorker("greet-v1", worker =>
        {
            worker.Replicas = 2;
            worker.MaxConcurrentQueries = 8;
            worker.Handle<Greet, string>(greet => $"Hello, {greet.Name}!");
            worker.HandleBatch<int, int>("square", (batch, cancellation) => batch.Select(number => number * number));
        }).UseRabbitMq("amqp://guest:guest@localhost");
        await builder.Build().RunAsync();
        #endregion
    }

    public static async Task RouterAsync()
    {
        #region router
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddJsonFile("brokerserve.json");
        builder.Services
            .AddBrokerServeRouter()
            .LoadFromConfig(builder.Configuration.GetSection("BrokerServe"))
            .UseInMemory();
        await builder.Build().RunAsync();
        #endregion
    }

    public sealed record Greet(string Name);
}
