using System.Diagnostics.Metrics;
using BrokerServe.Client;
using BrokerServe.Client.Hosting;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client.</summary>
public static class BrokerServeClientServiceCollectionExtensions
{
    /// <summary>The client's health check, tagged <c>ready</c>: degraded while calls cannot be sent and answered.</summary>
    public const string HealthCheckName = "brokerserve-client";

    /// <summary>Adds an <see cref="IBrokerServeClient"/>, its hosting and its health check; say which broker on what is returned.</summary>
    /// <remarks>
    /// Adding it twice adds one client, with the settings of both. Settings are checked when the host starts: an
    /// <see cref="OptionsValidationException"/> then carries every fault. The client connects as the host starts, which does not wait for it, and
    /// ends after everything else of the host has stopped. Without a broker, resolving it is an <see cref="InvalidOperationException"/>.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Settings; null for the defaults.</param>
    /// <returns>Where to say which broker, <c>UseRabbitMq</c> or <c>UseInMemory</c>, and what goes around calls.</returns>
    public static IBrokerServeClientBuilder AddBrokerServeClient(
        this IServiceCollection services, Action<BrokerServeClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<BrokerServeClientOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BrokerServeClientOptions>, ClientOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(CreateClient);
        services.TryAddSingleton<IBrokerServeClient>(static provider => provider.GetRequiredService<BrokerServeClient>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMovingPart, BrokerServeClient>(CreateMovingPart));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClientHosting>());
        AddHealthCheckOnce(services);
        return new ClientBuilder(services);
    }

    private static BrokerServeClient CreateMovingPart(IServiceProvider provider) => provider.GetRequiredService<BrokerServeClient>();

    private static BrokerServeClient CreateClient(IServiceProvider provider)
    {
        var broker = provider.GetService<IBroker>() ?? throw new InvalidOperationException(
            "No broker was named for BrokerServe. Add UseRabbitMq(\"amqp://...\") or UseInMemory() after AddBrokerServeClient().");
        using var noFlow = BrokerServeClient.SuppressFlow();
        return new BrokerServeClient(
            broker,
            provider.GetRequiredService<IOptions<BrokerServeClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BrokerServeClient>>(),
            provider.GetService<IMeterFactory>());
    }

    private static void AddHealthCheckOnce(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ClientHealthCheck)))
        {
            return;
        }

        services.AddSingleton<ClientHealthCheck>();
        services.AddHealthChecks().AddCheck<ClientHealthCheck>(HealthCheckName, HealthStatus.Degraded, ["ready"]);
    }

    private sealed record ClientBuilder(IServiceCollection Services) : IBrokerServeClientBuilder;
}
