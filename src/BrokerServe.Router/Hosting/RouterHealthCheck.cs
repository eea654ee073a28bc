using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrokerServe.Router.Hosting;

/// <summary>Ready while the router takes requests in and answers out. A lost broker is "not ready", never "dead": the router comes back by itself.</summary>
internal sealed class RouterHealthCheck(RouterService router) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((router.IsConsuming, router.IsPublishing) switch
        {
            (true, true) => HealthCheckResult.Healthy("Consuming and publishing."),
            (false, true) => Not("The router has no connection to consume on", router.ConsumeTrouble),
            (true, false) when router.PublishTrouble is null => Not("The router cannot publish", "it connects, or the broker blocks it: an alarm of memory or disk"),
            (true, false) => Not("The router has no connection to publish on", router.PublishTrouble),
            _ => Not("The router has no connection to the broker", router.ConsumeTrouble ?? router.PublishTrouble),
        });

    private static HealthCheckResult Not(string what, string? why) => HealthCheckResult.Unhealthy($"{what} ({why ?? "it connects"}).");
}
