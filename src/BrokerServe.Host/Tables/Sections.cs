using System.Globalization;
using BrokerServe.Protocol.Reports;

namespace BrokerServe.Host.Tables;

/// <summary>What routers report, as tables: <c>top</c> and <c>status</c> show the same.</summary>
internal static class Sections
{
    private static readonly Column[] EndpointColumns =
    [
        new("endpoint", 0, IsText: true), new("req/s", 0, Least: 7), new("err/s", 0, Least: 6), new("p50 ms", 2, Least: 7), new("p90 ms", 5, Least: 7),
        new("p99 ms", 1, Least: 7), new("requests", 6, Least: 11), new("errors", 4, Least: 9), new("traffic", 3, IsText: true), new("shadow", 7, IsText: true),
    ];

    private static readonly Column[] BackendColumns =
    [
        new("backend", 0, IsText: true), new("rep/s", 0, Least: 7), new("err/s", 1, Least: 6), new("backlog", 0, Least: 7), new("in flight", 0, Least: 8),
        new("credit", 1, Least: 6), new("replicas", 0, Least: 8), new("p50 ms", 4, Least: 7), new("p90 ms", 5, Least: 7), new("p99 ms", 3, Least: 7),
        new("replies", 6, Least: 11), new("errors", 6, Least: 9),
    ];

    private static readonly Column[] ReplicaColumns =
    [
        new("replica", 0, IsText: true), new("backend", 1, IsText: true), new("state", 2, IsText: true, Least: 8), new("rep/s", 0, Least: 7),
        new("err/s", 3, Least: 6), new("in flight", 0, Least: 8), new("limit", 0, Least: 6), new("replies", 5, Least: 11), new("errors", 5, Least: 9),
    ];

    private static readonly Column[] RouterColumns =
    [
        new("router", 0, IsText: true), new("req/s", 0, Least: 7), new("backlog", 0, Least: 7), new("in flight", 0, Least: 8), new("MiB", 3, Least: 6),
        new("up", 1, Least: 9), new("heard ms", 4, Least: 8), new("software", 2, IsText: true),
    ];

    /// <summary>Endpoints, backends, replicas, routers.</summary>
    public static IReadOnlyList<Section> Of(SystemView view) =>
    [
        new("ENDPOINTS", EndpointColumns, [.. view.Endpoints.Select(RowOf)]),
        new("BACKENDS", BackendColumns, [.. view.Backends.Select(RowOf)]),
        new("REPLICAS", ReplicaColumns, [.. view.Replicas.Select(RowOf)]),
        new("ROUTERS", RouterColumns, [.. view.Routers.Select(RowOf)]),
    ];

    private static Row RowOf(EndpointView endpoint) => new(
        [
            Cell.Of(endpoint.Endpoint), Cell.Rate(endpoint.RequestsPerSecond), Cell.Rate(endpoint.ErrorsPerSecond), Cell.Time(endpoint.Latency.P50),
            Cell.Time(endpoint.Latency.P90), Cell.Time(endpoint.Latency.P99), Cell.Of(endpoint.Requests), Cell.Of(endpoint.Errors.Values.Sum()),
            Cell.Of(Shares(endpoint.Traffic)), Cell.Of(Shares(endpoint.Shadow)),
        ],
        endpoint.ErrorsPerSecond > 0 || endpoint.Traffic.Count == 0);

    private static Row RowOf(BackendView backend) => new(
        [
            Cell.Of(backend.Backend), Cell.Rate(backend.RepliesPerSecond), Cell.Rate(backend.ErrorsPerSecond), Cell.Of(backend.Queued),
            Cell.Of(backend.InFlight), Cell.Of(backend.Credit), Cell.Of(backend.Replicas), Cell.Time(backend.Latency.P50),
            Cell.Time(backend.Latency.P90), Cell.Time(backend.Latency.P99), Cell.Of(backend.Replies), Cell.Of(backend.Errors),
        ],
        backend.ErrorsPerSecond > 0 || backend.Replicas == 0 || backend is { Queued: > 0, Credit: 0 });

    private static Row RowOf(ReplicaView replica) => new(
        [
            Cell.Of(replica.Replica), Cell.Of(replica.Backend), Cell.Of(PhaseOf(replica.Phase)), Cell.Rate(replica.RepliesPerSecond),
            Cell.Rate(replica.ErrorsPerSecond), Cell.Of(replica.InFlight), Cell.Of(replica.Limit), Cell.Of(replica.Replies), Cell.Of(replica.Errors),
        ],
        replica.ErrorsPerSecond > 0 || replica.Phase == ReplicaPhase.Syncing);

    private static Row RowOf(RouterView router) => new(
    [
        Cell.Of(router.Router), Cell.Rate(router.RequestsPerSecond), Cell.Of(router.Queued), Cell.Of(router.InFlight),
        Cell.Rate(router.BufferedBytes / 1_048_576.0), Cell.Span(router.Uptime), Cell.Of((long)router.Age.TotalMilliseconds), Cell.Of(router.Software ?? "?"),
    ]);

    /// <summary>The word for a phase.</summary>
    public static string PhaseOf(ReplicaPhase phase) => phase.ToString().ToLowerInvariant();

    private static string Shares(IReadOnlyDictionary<string, double> shares) =>
        string.Join(' ', shares.Select(static share => string.Create(CultureInfo.InvariantCulture, $"{share.Key} {100 * share.Value:0.##}%")));
}
