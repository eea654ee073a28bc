using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BrokerServe.Worker;

/// <summary>Healthy when every replica is connected and announced, degraded when some are, unhealthy when none is.</summary>
internal sealed class WorkerHealthCheck(WorkerService worker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var inService = worker.ReplicasInService;
        var description = $"{inService} of {worker.Replicas} replicas of {worker.Backend} are in service.";
        var result = inService == worker.Replicas ? HealthCheckResult.Healthy(description)
            : inService > 0 ? HealthCheckResult.Degraded(description)
            : new HealthCheckResult(context.Registration.FailureStatus, description);
        return Task.FromResult(result);
    }
}
