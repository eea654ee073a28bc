namespace BrokerServe.Host.Status;

/// <summary>What an endpoint's queue holds at the broker.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Waiting">Requests that no router has taken; null when there is no such queue.</param>
/// <param name="Consumers">Routers that take them.</param>
internal sealed record EndpointQueue(string Endpoint, long? Waiting, long Consumers);
