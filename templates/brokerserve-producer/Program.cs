// Calls the endpoint ENDPOINT_NAME and prints the reply: dotnet run -- Ada

using BrokerServe.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
var broker = builder.Configuration.GetConnectionString("Broker")
    ?? throw new InvalidOperationException("Nothing says where the broker is. Set ConnectionStrings:Broker in appsettings.json.");

builder.Services.AddBrokerServeClient().UseRabbitMq(broker);

// DefaultTimeout, MaxPendingCalls, Name, Prefix.
builder.Services.Configure<BrokerServeClientOptions>(builder.Configuration.GetSection("BrokerServe"));
using var host = builder.Build();
await host.StartAsync();

var client = host.Services.GetRequiredService<IBrokerServeClient>();
try
{
    var greeting = await client.InvokeAsync<Greet, string>("ENDPOINT_NAME", new Greet(args.FirstOrDefault("Ada")));
    Console.WriteLine(greeting);
}
catch (BrokerServeException failure)
{
    Console.Error.WriteLine($"{failure.Code}: {failure.Reason}{(failure.Retryable ? " The call may be made again." : "")}");
    Environment.ExitCode = 1;
}

await host.StopAsync();

/// <summary>What the call carries; the worker's type has the same members.</summary>
public sealed record Greet(string Name);
