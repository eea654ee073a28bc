using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrokerServe.Client.Hosting;

/// <summary>Healthy while calls can be sent and answered. Never a reason to restart the process: the client comes back by itself.</summary>
internal sealed class ClientHealthCheck(BrokerServeClient client) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(client.IsReady
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, client.NotReadyReason));
}
