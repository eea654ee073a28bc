// A whole system in one process, on the in-memory broker: two versions of a service, a router in front of them, and their caller.
// A tenth of the users gets the new version; then it takes everybody, while the old one is still there to go back to.

using BrokerServe.Client;
using BrokerServe.Router.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddBrokerServeRouter().LoadFromConfig(builder.Configuration.GetSection("BrokerServe")).UseInMemory();
builder.Services.AddBrokerServeWorker("greet-v1", worker => worker.Handle<Greet, string>(greet => $"Hello, {greet.Name}."));
builder.Services.AddBrokerServeWorker("greet-v2", worker => worker.Handle<Greet, string>(greet => $"Welcome, {greet.Name}!"));
builder.Services.AddBrokerServeClient();
using var host = builder.Build();
await host.StartAsync();

var client = host.Services.GetRequiredService<IBrokerServeClient>();
await PrintAsync("Before");

var traffic = host.Services.GetRequiredService<IRouterControl>().SetTraffic("greet", new Dictionary<string, double> { ["greet-v2"] = 1 });
Console.WriteLine(traffic.Succeeded ? "Rolled out." : string.Join('\n', traffic.Errors));
await PrintAsync("After");

try
{
    await client.InvokeAsync<Greet, string>("nowhere", new Greet("Ada"));
}
catch (BrokerServeException failure)
{
    Console.WriteLine($"{failure.Code}, and trying again is {(failure.Retryable ? "safe" : "no use")}.");
}

await host.StopAsync();

// The shard key keeps each user with one version, whichever router takes the call.
async Task PrintAsync(string when)
{
    var calls = Enumerable.Range(1, 1000)
        .Select(user => client.InvokeAsync<Greet, string>("greet", new Greet("Ada"), new InvokeOptions { ShardKey = $"user-{user}" }).AsTask());
    var greetings = (await Task.WhenAll(calls)).CountBy(greeting => greeting).OrderBy(greeting => greeting.Key);
    Console.WriteLine($"{when}: {string.Join("  ", greetings.Select(greeting => $"{greeting.Value} x {greeting.Key}"))}");
}

/// <summary>What the endpoint is asked; written as a map by member name, so that any language can read it.</summary>
public sealed record Greet(string Name);
