using BrokerServe.Protocol.Reports;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Hosting;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a router into a host.</summary>
public static class BrokerServeRouterServiceCollectionExtensions
{
    /// <summary>Adds a router, which starts and stops with the host.</summary>
    /// <remarks>
    /// Its configuration is checked whole when the host starts: an <see cref="OptionsValidationException"/> then carries every error.
    /// <see cref="IRouterControl"/> can be had from the services to change what it serves, and <see cref="ReportBoard"/> to see what the
    /// whole system does. Adding it twice adds one router. Its health check is named <c>brokerserve-router</c> and tagged <c>ready</c>.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <returns>Where to say what the router serves, and on which broker: <c>UseRabbitMq</c> or <c>UseInMemory</c>.</returns>
    /// <example><c>services.AddBrokerServeRouter().LoadFromConfig(configuration.GetSection("BrokerServe")).UseInMemory();</c></example>
    public static IBrokerServeRouterBuilder AddBrokerServeRouter(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(RouterService)))
        {
            return new BrokerServeRouterBuilder(services);
        }

        services.AddOptions<RouterOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RouterOptions>, RouterOptionsValidator>());
        services.TryAddSingleton(Routing);
        services.TryAddSingleton<IRouterControl>(provider => provider.GetRequiredService<RoutingControl>());
        services.AddHostedService<ConfigFollower>();
        services.TryAddSingleton(static provider => new ReportBoard(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton<RouterService>();
        services.AddHostedService(provider => provider.GetRequiredService<RouterService>());
        services.AddSingleton<IMovingPart>(provider => provider.GetRequiredService<RouterService>());
        services.AddHealthChecks().AddCheck<RouterHealthCheck>("brokerserve-router", tags: ["ready"]);
        return new BrokerServeRouterBuilder(services);
    }

    // The options are checked before anybody gets them, so what they say can be put in force.
    private static RoutingControl Routing(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<RouterOptions>>().Value;
        var control = new RoutingControl(new ConfigValidator(options), options.ControlLog);
        if (options.ControlLog)
        {
            return control; // Empty until the log is read.
        }

        var result = control.Apply(options.ToConfig());
        return result.Succeeded ? control : throw new OptionsValidationException(Options.Options.DefaultName, typeof(RouterOptions), result.Errors);
    }
}
