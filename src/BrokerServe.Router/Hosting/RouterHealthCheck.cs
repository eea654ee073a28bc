using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrokerServe.Router.Hosting;

/// <summary>Ready while the router takes requests in and answers out. A lost broker is "not ready", never "dead": the router comes back by itself.</summary>
internal sealed class RouterHealthCheck(RouterService router) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((router.IsConsuming, router.IsPublishing) switch
        {
            (true, true) => HealthCheckResult.Healthy("Consuming and publishing."),
            (false, true) => Not("The router has no connection to consume on; see its log for the reason."),
            (true, false) => Not("The router has no connection to publish on, or the broker blocks it; see its log for the reason."),
            _ => Not("The router has no connection to the broker; see its log for the reason."),
        });

    private static HealthCheckResult Not(string why) => HealthCheckResult.Unhealthy(why);
}
