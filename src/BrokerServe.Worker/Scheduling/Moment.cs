namespace BrokerServe.Worker.Scheduling;

/// <summary>One instant on both clocks.</summary>
/// <param name="Ms">Monotonic, since the worker started. What happens inside the process is measured by it.</param>
/// <param name="UnixMs">Wall clock, since 1970-01-01 UTC. Only deadlines that came over the wire are compared with it.</param>
internal readonly record struct Moment(long Ms, long UnixMs);
