using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Faults.Parties;

/// <summary>A router in a host of its own, which can be asked for its heap, and by <c>health</c> for its health.</summary>
internal static class RouterParty
{
    public static async Task<int> RunAsync(Settings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonFile(settings.Text("config", ""), optional: false);
        builder.Services.AddBrokerServeRouter().LoadFromConfig(builder.Configuration.GetSection("BrokerServe")).UseRabbitMq(settings.Broker);
        using var host = builder.Build();
        await host.StartAsync();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await Commands.RunAsync(async words => words[0] == "health"
            ? (await health.CheckHealthAsync()).Status.ToString()
            : throw new InvalidOperationException($"No such command: {words[0]}"));
        await host.StopAsync();
        return 0;
    }
}
