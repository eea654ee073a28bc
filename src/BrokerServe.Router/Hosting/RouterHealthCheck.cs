using BrokerServe.Router.ControlLog;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrokerServe.Router.Hosting;

/// <summary>Ready while the router takes requests in and answers out. A lost broker is "not ready", never "dead": the router comes back by itself.</summary>
/// <remarks>A control log that cannot be followed leaves a router that has read it once as good as it was: it serves, and says so.</remarks>
internal sealed class RouterHealthCheck(RouterService router) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((router.Follower, router.IsConsuming, router.IsPublishing) switch
        {
            ({ State: null, Trouble: var trouble }, _, _) =>
                Not("The router has not read the control log yet, and serves nothing before it has", trouble ?? router.ControlTrouble),
            (_, false, true) => Not("The router has no connection to consume on", router.ConsumeTrouble),
            (_, true, false) when router.PublishTrouble is null => Not("The router cannot publish", "it connects, or the broker blocks it: an alarm of memory or disk"),
            (_, true, false) => Not("The router has no connection to publish on", router.PublishTrouble),
            (_, false, false) => Not("The router has no connection to the broker", router.ConsumeTrouble ?? router.PublishTrouble),
            ({ Trouble: { } trouble }, _, _) => Less(trouble),
            ({ Follows: false }, _, _) => Less($"The router does not follow the control log now ({router.ControlTrouble ?? "it connects"}); it serves what it last read."),
            ({ } follower, _, _) => HealthCheckResult.Healthy($"Consuming and publishing. {Print(follower.State!)}"),
            _ => HealthCheckResult.Healthy("Consuming and publishing."),
        });

    private static string Print(ControlState state) => FormattableString.Invariant(
        $"Version {state.Version} of the control log is in force, hash {ControlHash.Print(state.Hash)}.");

    private static HealthCheckResult Not(string what, string? why) => HealthCheckResult.Unhealthy($"{what} ({why ?? "it connects"}).");

    private static HealthCheckResult Less(string why) => HealthCheckResult.Degraded(why);
}
