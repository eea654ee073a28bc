using System.Globalization;
using BrokerServe.Router.Routing;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Configuration;

/// <summary>Prints what is in force, defaults included, and the bound of every queue.</summary>
internal static class EffectiveConfig
{
    /// <summary>Everything, at start.</summary>
    public static void Log(ILogger logger, RouterOptions options, RouterConfig config)
    {
        ConfigLog.RouterSettings(logger, Setting.PrintAll(options));
        if (options.ControlLog)
        {
            ConfigLog.FollowsLog(logger);
        }
        else if (config.Endpoints.Count == 0)
        {
            ConfigLog.NoEndpoints(logger);
        }

        LogChanges(logger, RouterConfig.Empty, config);
    }

    /// <summary>What is not as it was before.</summary>
    public static void LogChanges(ILogger logger, RouterConfig before, RouterConfig now)
    {
        foreach (var (name, endpoint) in InOrder(now.Endpoints))
        {
            var bounds = Bounds(endpoint, now.Backends);
            var said = before.Endpoints.TryGetValue(name, out var there) && there.SaysTheSameAs(endpoint) && Bounds(there, before.Backends) == bounds;
            if (!said)
            {
                ConfigLog.EndpointSettings(logger, name, Setting.PrintAll(endpoint), bounds);
            }
        }

        foreach (var (name, backend) in InOrder(now.Backends))
        {
            if (!before.Backends.TryGetValue(name, out var there) || !there.SaysTheSameAs(backend))
            {
                ConfigLog.BackendSettings(logger, name, Setting.PrintAll(backend));
            }
        }

        foreach (var (name, _) in InOrder(before.Endpoints).Where(e => !now.Endpoints.ContainsKey(e.Key)))
        {
            ConfigLog.EndpointForgotten(logger, name);
        }

        foreach (var (name, _) in InOrder(before.Backends).Where(b => !now.Backends.ContainsKey(b.Key)))
        {
            ConfigLog.BackendRemoved(logger, name);
        }
    }

    private static string Bounds(EndpointConfig endpoint, IReadOnlyDictionary<string, BackendConfig> backends)
    {
        if (endpoint.Traffic is null)
        {
            return "It has no traffic, so it is not consumed and its requests wait in the broker";
        }

        var prefetch = Prefetch.Of(endpoint.Traffic.Keys, backends);
        var backlog = endpoint.Traffic.Keys.Sum(name => backends[name].MaxQueuedQueries);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"It holds at most {prefetch} requests unsettled (prefetch), {backlog} of them waiting for a replica");
    }

    private static IOrderedEnumerable<KeyValuePair<string, T>> InOrder<T>(IReadOnlyDictionary<string, T> all) =>
        all.OrderBy(e => e.Key, StringComparer.Ordinal);
}
