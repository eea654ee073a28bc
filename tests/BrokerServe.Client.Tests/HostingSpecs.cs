using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Transport.InMemory;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BrokerServe.Client.Tests;

/// <summary>The client in a host, and without one.</summary>
public sealed class HostingSpecs
{
    [Fact]
    public async Task A_host_connects_the_client_and_ends_its_calls_when_it_stops()
    {
        await using var memory = new InMemoryBroker(new InMemoryBrokerOptions());
        await using var router = await ScriptedRouter.StartAsync(memory, "greet");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddBrokerServeClient(options => options.Name = "shop").UseBroker(memory);
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IBrokerServeClient>();

        var call = client.InvokeAsync<string, string>("greet", "Ada").AsTask();
        var request = await router.ReceivesAsync();
        Assert.StartsWith("shop-", request.Properties.AppId, StringComparison.Ordinal);
        await router.RepliesAsync(request, request.Body);
        Assert.Equal("Ada", await call);

        var last = client.InvokeRawAsync("greet", default).AsTask();
        await router.ReceivesAsync();
        await Within.ReasonAsync(host.StopAsync(), "the host stopped");
        Assert.Equal("shutting_down", (await ClientHarness.FailsAsync(last)).Code);
    }

    [Fact]
    public async Task The_health_check_is_degraded_with_the_reason_until_calls_can_be_made()
    {
        await using var memory = new InMemoryBroker(new InMemoryBrokerOptions());
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBrokerServeClient().UseBroker(memory);
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<BrokerServeClient>().Start();
        var health = provider.GetRequiredService<HealthCheckService>();

        await Within.UntilAsync(
            () => provider.GetRequiredService<BrokerServeClient>().NotReadyReason.Contains("no router", StringComparison.Ordinal),
            "the client saw that no router has run");
        var before = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, before.Status);
        Assert.Contains("no router has run yet", before.Entries["brokerserve-client"].Description, StringComparison.Ordinal);

        await using var router = await ScriptedRouter.StartAsync(memory, "greet");
        await Within.UntilAsync(() => provider.GetRequiredService<BrokerServeClient>().IsReady, "the client became ready");
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);
    }

    [Fact]
    public void Without_a_broker_the_message_says_how_to_name_one()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBrokerServeClient();
        using var provider = services.BuildServiceProvider();

        var failure = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IBrokerServeClient>());

        Assert.Contains("UseRabbitMq", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_that_is_wrong_is_named_at_once_with_its_value()
    {
        var services = new ServiceCollection();
        services.AddBrokerServeClient(options =>
        {
            options.Name = "a b";
            options.Prefix = "";
            options.AppId = "";
            options.DefaultTimeout = TimeSpan.FromDays(3);
            options.MaxPendingCalls = 0;
            options.MaxMetadataBytes = -1;
            options.Delivery = (DeliveryGuarantee)7;
            options.Reconnect = new ReconnectOptions { MaxDelay = TimeSpan.FromDays(30) };
            options.Serializer = null!;
        });
        using var provider = services.BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<BrokerServeClientOptions>>().Value);

        Assert.Equal(9, failure.Failures.Count());
        Assert.Contains(failure.Failures, fault => fault.Contains("'a b'", StringComparison.Ordinal));
        Assert.Contains(failure.Failures, fault => fault.Contains("3.00:00:00", StringComparison.Ordinal));
        Assert.Contains(failure.Failures, fault => fault.StartsWith("Client MaxPendingCalls is 0: ", StringComparison.Ordinal));
        Assert.Contains(failure.Failures, fault => fault.StartsWith("Client Reconnect:MaxDelay is 30.00:00:00; it must be", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_host_a_client_connects_and_works()
    {
        await using var memory = new InMemoryBroker(new InMemoryBrokerOptions());
        await using var router = await ScriptedRouter.StartAsync(memory, "greet");
        await using var client = await BrokerServeClient.ConnectAsync(memory);

        var call = client.InvokeAsync<string, string>("greet", "Ada").AsTask();
        var request = await router.ReceivesAsync();
        await router.RepliesAsync(request, request.Body);

        Assert.Equal("Ada", await call);
    }

    [Fact]
    public async Task Without_a_host_a_broker_that_cannot_be_reached_is_unavailable_at_once()
    {
        await using var memory = new InMemoryBroker(new InMemoryBrokerOptions());
        var broker = new FaultyBroker(memory);
        broker.GoAway();

        var failure = await ClientHarness.FailsAsync(BrokerServeClient.ConnectAsync(broker));

        Assert.Equal("unavailable", failure.Code);
        Assert.Contains("memory://test is away", failure.Message, StringComparison.Ordinal);
    }
}
