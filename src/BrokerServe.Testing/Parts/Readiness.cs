using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BrokerServe.Testing.Parts;

/// <summary>Looks whether a system can serve: by the parts' own health checks, and by who consumes the endpoints' queues.</summary>
internal static class Readiness
{
    private const string HealthPrefix = "brokerserve-";
    private const string WorkerPrefix = "brokerserve-worker-";

    /// <summary>What the system still waits for, for people; null when it is ready.</summary>
    public static async Task<string?> FindUnreadyAsync(IReadOnlyList<TestPart> living, InMemoryBroker broker)
    {
        var routers = living.Where(part => part.Services.GetService<IRouterControl>() is not null).ToArray();
        if (routers.Length == 0)
        {
            return null; // Without a router nothing can be ready, and a test that has none knows.
        }

        var backends = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in living)
        {
            if (await FindUnreadyAsync(part, backends).ConfigureAwait(false) is { } waiting)
            {
                return waiting;
            }
        }

        return await FindUnconsumedAsync(routers, backends, broker).ConfigureAwait(false);
    }

    /// <summary>Who has not noticed yet that the broker is gone, for people; null when everybody has.</summary>
    public static async Task<string?> FindUnawareAsync(IReadOnlyList<TestPart> living)
    {
        foreach (var part in living)
        {
            if ((await CheckAsync(part).ConfigureAwait(false)).Any(entry => entry.Value.Status == HealthStatus.Healthy))
            {
                return $"{part.Name} has not noticed that its connections are gone";
            }
        }

        return null;
    }

    private static async Task<string?> FindUnreadyAsync(TestPart part, HashSet<string> backends)
    {
        if (!part.Broker.IsBack)
        {
            return $"{part.Name} has not connected again";
        }

        foreach (var (check, entry) in await CheckAsync(part).ConfigureAwait(false))
        {
            if (entry.Status != HealthStatus.Healthy)
            {
                return $"{part.Name}: {entry.Description}";
            }

            if (check.StartsWith(WorkerPrefix, StringComparison.Ordinal))
            {
                backends.Add(check[WorkerPrefix.Length..]);
            }
        }

        return null;
    }

    private static async Task<IEnumerable<KeyValuePair<string, HealthReportEntry>>> CheckAsync(TestPart part)
    {
        if (part.Services.GetService<HealthCheckService>() is not { } health)
        {
            return [];
        }

        var report = await health.CheckHealthAsync(check => check.Name.StartsWith(HealthPrefix, StringComparison.Ordinal)).ConfigureAwait(false);
        return report.Entries;
    }

    /// <summary>
    /// A router consumes an endpoint as soon as each backend in its traffic has a replica. One that has none is waited for on the clock, so
    /// not here.
    /// </summary>
    private static async Task<string?> FindUnconsumedAsync(TestPart[] routers, HashSet<string> backends, InMemoryBroker broker)
    {
        var wanted = new Dictionary<string, (string Endpoint, int Routers)>(StringComparer.Ordinal);
        foreach (var router in routers)
        {
            var names = new ObjectNames(router.Services.GetRequiredService<IOptions<RouterOptions>>().Value.Prefix);
            var config = router.Services.GetRequiredService<IRouterControl>().Current;
            foreach (var (endpoint, settings) in config.Endpoints)
            {
                if (settings.Traffic is { } traffic && traffic.All(share => share.Value == 0 || HasReplica(share.Key)))
                {
                    var queue = names.EndpointQueue(endpoint);
                    wanted[queue] = (endpoint, wanted.GetValueOrDefault(queue).Routers + 1);
                }
            }

            bool HasReplica(string backend) =>
                backends.Contains(backend) || (config.Backends.TryGetValue(backend, out var settings) && settings.StaticReplicas.Count > 0);
        }

        await using var connection = await broker.ConnectAsync("test host", CancellationToken.None).ConfigureAwait(false);
        foreach (var (queue, (endpoint, count)) in wanted)
        {
            var info = await connection.InspectQueueAsync(queue, CancellationToken.None).ConfigureAwait(false);
            if (info is null || info.Consumers < count)
            {
                return $"endpoint {endpoint} is not consumed by all of its routers";
            }
        }

        return null;
    }
}
