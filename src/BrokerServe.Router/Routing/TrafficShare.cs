namespace BrokerServe.Router.Routing;

/// <summary>A backend and its weight in the traffic of an endpoint.</summary>
internal readonly record struct TrafficShare(string Backend, double Weight);
