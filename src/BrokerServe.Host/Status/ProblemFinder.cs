using System.Globalization;
using BrokerServe.Host.Watching;
using BrokerServe.Protocol.Reports;

namespace BrokerServe.Host.Status;

/// <summary>Says what is wrong with a system that is looked at, the worst first.</summary>
internal static class ProblemFinder
{
    // What deadlines bear without a thought; the routers allow for 5 s by default.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static IReadOnlyList<Problem> Find(Sighting seen, IReadOnlyList<EndpointQueue> queues) =>
        [.. All(seen, queues).OrderByDescending(static problem => problem.Severity)];

    /// <summary>The same for whoever knows reports alone.</summary>
    public static IReadOnlyList<Problem> Find(SystemView view) => Find(new Sighting(view, [], [], []), []);

    private static IEnumerable<Problem> All(Sighting seen, IReadOnlyList<EndpointQueue> queues) =>
    [
        .. Routers(seen),
        .. seen.System.Endpoints.SelectMany(endpoint => Endpoint(endpoint, seen.System)),
        .. queues.SelectMany(Queue),
        .. seen.System.Backends.SelectMany(Backend),
        .. seen.System.Replicas.Where(static replica => replica.Phase == ReplicaPhase.Syncing).Select(Syncing),
        .. Strangers(seen),
    ];

    private static IEnumerable<Problem> Routers(Sighting seen)
    {
        var routers = seen.System.Routers;
        if (seen.MissingExchanges.Count > 0)
        {
            yield return new Problem(
                Severity.Error, "no_topology", $"exchange {seen.MissingExchanges[0]}", "No router has ever run at this broker under this prefix.",
                "Start one: brokerserve router --config FILE. If there is one, --broker, its virtual host or --prefix say something else there.");
        }
        else if (routers.Count == 0 && seen.Routers.Count == 0)
        {
            yield return new Problem(
                Severity.Error, "no_router", "routers", "No router is there: requests wait in the broker until their deadlines.",
                "Start one: brokerserve router --config FILE.");
        }

        foreach (var silent in seen.Routers.Where(said => routers.All(router => router.Router != said.Router)))
        {
            yield return new Problem(
                Severity.Warning, "router_silent", $"router {silent.Router}", "It announces itself and does not report: it has only begun, or the broker takes nothing more from it.",
                "Ask its /health, and look for a memory or disk alarm: brokerserve doctor.");
        }

        foreach (var router in routers.Where(router => router.ClockAhead.Duration() > ClockTolerance))
        {
            yield return new Problem(
                Severity.Warning, "clock", $"router {router.Router}",
                string.Create(Invariant, $"Its clock and the one here are {router.ClockAhead.Duration().TotalSeconds:0.0} s apart."),
                "Let both machines follow a time server: deadlines go by the wall clock.");
        }

        var served = routers.GroupBy(static router => string.Join(',', router.Endpoints) + '|' + string.Join(',', router.Backends)).ToArray();
        if (served.Length > 1)
        {
            yield return new Problem(
                Severity.Warning, "routers_differ", "routers", "They serve different endpoints or backends: " + string.Join("; ", served.Select(group => group.First().Router))
                    + (served.Length > 2 ? " among others." : "."),
                "Give all of them the same configuration.");
        }
    }

    private static IEnumerable<Problem> Endpoint(EndpointView endpoint, SystemView view)
    {
        var about = $"endpoint {endpoint.Endpoint}";
        if (endpoint.Traffic.Count == 0)
        {
            yield return new Problem(
                Severity.Error, "no_traffic", about, "It has no traffic policy: its requests wait in the broker.", "Set its Traffic.");
        }

        foreach (var (backend, share) in endpoint.Traffic.Where(share => share.Value > 0 && !HasReplica(share.Key, view)))
        {
            yield return new Problem(
                Severity.Error, "no_replica", about,
                string.Create(Invariant, $"{100 * share:0.##} % of its requests go to backend {backend}, which has no replica."),
                $"Start a worker for {backend}, or change the traffic.");
        }

        foreach (var (backend, _) in endpoint.Shadow.Where(share => !HasReplica(share.Key, view)))
        {
            yield return new Problem(
                Severity.Warning, "no_replica", about, $"Its shadow {backend} has no replica: copies are dropped.", $"Start a worker for {backend}, or take the shadow away.");
        }

        if (endpoint.ErrorsPerSecond > 0)
        {
            yield return new Problem(
                Severity.Warning, "errors", about,
                string.Create(Invariant, $"{endpoint.ErrorsPerSecond:0.##} of {endpoint.RequestsPerSecond:0.##} requests per second end with an error; ")
                    + "since the routers started: " + string.Join(", ", endpoint.Errors.Select(static error => string.Create(Invariant, $"{error.Key} {error.Value:N0}"))) + ".",
                "PROTOCOL.md, section Error codes, says whose turn it is.");
        }
    }

    private static IEnumerable<Problem> Queue(EndpointQueue queue)
    {
        var about = $"endpoint {queue.Endpoint}";
        if (queue.Waiting is null)
        {
            yield return new Problem(
                Severity.Error, "no_queue", about, "Its queue is not at the broker: somebody deleted it, or the broker refused it.",
                "The log of the routers says why; they declare it anew when they reconnect.");
        }
        else if (queue is { Waiting: > 0, Consumers: 0 })
        {
            yield return new Problem(
                Severity.Error, "not_consumed", about, string.Create(Invariant, $"{queue.Waiting:N0} requests wait in the broker, and no router takes them."),
                "A backend of its traffic needs a replica, or a router its connection.");
        }
    }

    private static IEnumerable<Problem> Backend(BackendView backend)
    {
        if (backend is { Queued: > 0, Credit: 0, Replicas: > 0 })
        {
            yield return new Problem(
                Severity.Warning, "saturated", $"backend {backend.Backend}",
                string.Create(Invariant, $"{backend.Queued:N0} requests wait, and its {backend.Replicas} replicas have no credit left."),
                "Start more workers, or raise MaxConcurrentQueries where they can bear it.");
        }
    }

    private static Problem Syncing(ReplicaView replica) => new(
        Severity.Warning, "syncing", $"replica {replica.Replica}", $"A router waits to hear what this replica of {replica.Backend} holds; it gets nothing new meanwhile.",
        "It answers within moments of a lost connection; if it does not, it hangs: restart it.");

    // Replicas of a backend that no router knows get nothing.
    private static IEnumerable<Problem> Strangers(Sighting seen) => seen.System.Routers.Count == 0
        ? []
        : seen.Replicas
            .GroupBy(static replica => replica.Backend)
            .Where(group => seen.System.Backends.All(backend => backend.Backend != group.Key))
            .Select(static group => new Problem(
                Severity.Warning, "unknown_backend", $"backend {group.Key}", $"{group.Count()} replicas announce themselves for it, and no router knows it.",
                "Add it to the routers' Backends, or correct the worker's name."));

    private static bool HasReplica(string backend, SystemView view) => view.Backends.Any(known => known.Backend == backend && known.Replicas > 0);
}
