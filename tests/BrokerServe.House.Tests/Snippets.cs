using BrokerServe.Client;
using BrokerServe.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace BrokerServe.House.Tests;

/// <summary>The C# of the README, compiled. A test holds the two together, word for word.</summary>
public static class Snippets
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

    public static async Task TestingAsync()
    {
        #region testing
        await using var serve = await BrokerServeTestHost.StartAsync(test => test
            .Serve<string, string>("names", name => $"Countess {name}")   // What the application calls,
            .AddEndpoint("greet", "greet-v1")                             // what it serves,
            .AddApplication(app => app.Services.AddGreetings()));         // and it, as its own Program registers it.

        var call = serve.Client.InvokeAsync<Greet, string>("greet", new Greet("Ada")).AsTask();
        Assert.Equal("Hello, Countess Ada!", await call);

        await serve.Worker("names").KillAsync();
        call = serve.Client.InvokeAsync<Greet, string>("greet", new Greet("Ada")).AsTask();
        await serve.AdvanceAsync(TimeSpan.FromSeconds(31));               // No waiting: the clock is the test's.
        Assert.Equal("deadline_exceeded", (await Assert.ThrowsAsync<BrokerServeException>(() => call)).Code);
        #endregion
    }

    private static IServiceCollection AddGreetings(this IServiceCollection services)
    {
        services.AddBrokerServeClient().UseRabbitMq("amqp://guest:guest@localhost");
        services.AddBrokerServeWorker("greet-v1", worker => worker.Handle<Greet, string>(async (greet, query, cancellation) =>
        {
            var client = query.Services.GetRequiredService<IBrokerServeClient>();
            return $"Hello, {await client.InvokeAsync<string, string>("names", greet.Name, cancellationToken: cancellation)}!";
        }));
        return services;
    }

    public sealed record Greet(string Name);
}
