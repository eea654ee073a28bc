// Serves the backend BACKEND_NAME: routers send it queries as soon as an endpoint's traffic names it.

using BrokerServe.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
var broker = builder.Configuration.GetConnectionString("Broker")
    ?? throw new InvalidOperationException("Nothing says where the broker is. Set ConnectionStrings:Broker in appsettings.json.");

builder.Services.AddBrokerServeWorker("BACKEND_NAME", worker =>
{
    worker.Handle<Greet, string>(greet => $"Hello, {greet.Name}!");
}).UseRabbitMq(broker);

// Replicas, MaxConcurrentQueries, QueriesAhead, GracePeriod, Prefix.
builder.Services.Configure<BrokerServeWorkerOptions>("BACKEND_NAME", builder.Configuration.GetSection("BrokerServe"));

await builder.Build().RunAsync();

/// <summary>What a call carries; the producer's type has the same members.</summary>
public sealed record Greet(string Name);
