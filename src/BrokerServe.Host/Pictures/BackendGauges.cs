namespace BrokerServe.Host.Pictures;

/// <summary>A backend as a router sees it at a moment.</summary>
/// <param name="Backlog">Requests that wait for a replica.</param>
/// <param name="InFlight">Queries at replicas.</param>
/// <param name="Credit">Queries that replicas would take at once.</param>
/// <param name="Replicas">Replicas that serve.</param>
internal readonly record struct BackendGauges(long Backlog, long InFlight, long Credit, long Replicas);
