using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Faults.Parties;

/// <summary>A router in a host of its own, which can be asked for its heap.</summary>
internal static class RouterParty
{
    public static async Task<int> RunAsync(Settings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonFile(settings.Text("config", ""), optional: false);
        builder.Services.AddBrokerServeRouter().LoadFromConfig(builder.Configuration.GetSection("BrokerServe")).UseRabbitMq(settings.Broker);
        using var host = builder.Build();
        await host.StartAsync();
        await Commands.RunAsync();
        await host.StopAsync();
        return 0;
    }
}
