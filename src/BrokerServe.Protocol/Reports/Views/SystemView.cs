namespace BrokerServe.Protocol.Reports;

/// <summary>A whole system at one moment: the newest reports of all its routers, put together. Sorted by name.</summary>
/// <param name="Routers">Those whose reports still hold.</param>
/// <param name="Endpoints">What producers call.</param>
/// <param name="Backends">What serves them.</param>
/// <param name="Replicas">Who does the work.</param>
public sealed record SystemView(
    IReadOnlyList<RouterView> Routers,
    IReadOnlyList<EndpointView> Endpoints,
    IReadOnlyList<BackendView> Backends,
    IReadOnlyList<ReplicaView> Replicas)
{
    /// <summary>Nobody has reported.</summary>
    public static SystemView Empty { get; } = new([], [], [], []);
}
