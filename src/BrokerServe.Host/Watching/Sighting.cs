using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Reports;

namespace BrokerServe.Host.Watching;

/// <summary>What somebody who looks on knows of a system at a moment.</summary>
/// <param name="System">What the routers report.</param>
/// <param name="Routers">Which routers announce themselves.</param>
/// <param name="Replicas">Which replicas announce themselves; static ones do not.</param>
/// <param name="MissingExchanges">Exchanges that are not there to hear any of it.</param>
internal sealed record Sighting(
    SystemView System,
    IReadOnlyList<RouterAnnouncement> Routers,
    IReadOnlyList<ReplicaAnnouncement> Replicas,
    IReadOnlyList<string> MissingExchanges)
{
    /// <summary>Whether every router that announces itself has reported twice: nothing more is to be waited for.</summary>
    public bool IsComplete => MissingExchanges.Count == 0 && System.Routers.Count > 0
        && Routers.All(router => System.Routers.Any(reported => reported.Router == router.Router && reported.RequestsPerSecond is not null));
}
