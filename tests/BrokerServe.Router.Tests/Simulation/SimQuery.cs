using BrokerServe.Protocol;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A query in a frame.</summary>
internal sealed record SimQuery(Ticket Ticket, SimCall Call, bool IsShadow, long TimeLeftMs);
