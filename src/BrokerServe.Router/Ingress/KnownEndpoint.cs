using BrokerServe.Router.Telemetry;

namespace BrokerServe.Router.Ingress;

/// <summary>What stays with the name of an endpoint for the life of the router, however often its settings change.</summary>
/// <param name="Id">A small number, so that backlogs are found by index.</param>
/// <param name="Counters">What happened at it.</param>
internal sealed record KnownEndpoint(int Id, EndpointCounters Counters);
