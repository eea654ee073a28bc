using System.Globalization;
using BrokerServe.Router.Configuration;
using BrokerServe.Transport;

namespace BrokerServe.Router.Routing;

/// <summary>How many messages of an endpoint, of one request or of a frame, a router holds unsettled: enough to fill everything behind it, known before anything runs.</summary>
/// <remarks>
/// 256 + the sum over the backends of its traffic, those of weight 0 included, of what may wait there and what may be at replicas. Shadow
/// copies hold no deliveries. From the configuration, never from live replicas: prefetch cannot follow them without a new consumer.
/// </remarks>
internal static class Prefetch
{
    /// <summary>Requests on their way: in the broker's frames, in the listener, held for a full backend, and answered but not confirmed.</summary>
    public const int OnTheWay = 256;

    /// <summary>The prefetch of an endpoint; it may be beyond what AMQP can say. Backends that are not known count nothing.</summary>
    public static long Of(IEnumerable<string> backends, IReadOnlyDictionary<string, BackendConfig> known) =>
        OnTheWay + backends.Sum(b => known.TryGetValue(b, out var config) ? (long)config.MaxQueuedQueries + config.MaxInFlight : 0);

    /// <summary>What is wrong with a prefetch that AMQP cannot say, with the sum and what to lower; null when it can.</summary>
    public static string? Refuse(IReadOnlyCollection<string> backends, IReadOnlyDictionary<string, BackendConfig> known)
    {
        var sum = Of(backends, known);
        if (sum <= ConsumerOptions.MaxPrefetch)
        {
            return null;
        }

        var terms = backends.Order(StringComparer.Ordinal).Where(known.ContainsKey).Select(b => string.Create(
            CultureInfo.InvariantCulture,
            $"{b} (MaxQueuedQueries {known[b].MaxQueuedQueries} + MaxInFlight {known[b].MaxInFlight})"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"its prefetch would be {sum} = {OnTheWay} + {string.Join(" + ", terms)}, and AMQP allows {ConsumerOptions.MaxPrefetch}; "
            + $"lower MaxQueuedQueries or MaxInFlight of these backends by {sum - ConsumerOptions.MaxPrefetch} in all");
    }
}
