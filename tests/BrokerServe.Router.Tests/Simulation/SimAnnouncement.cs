namespace BrokerServe.Router.Tests.Simulation;

/// <summary>What a replica says of itself.</summary>
internal enum SimAnnouncement
{
    Present,
    Draining,
    Leave,
}
