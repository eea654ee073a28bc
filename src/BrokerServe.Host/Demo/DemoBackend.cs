namespace BrokerServe.Host.Demo;

/// <summary>A backend of the demo.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Replicas">How many replicas serve it.</param>
/// <param name="Share">The share of requests that it gets, 0 to 1.</param>
/// <param name="IsShadow">Whether these are copies.</param>
internal sealed record DemoBackend(string Name, int Replicas, double Share, bool IsShadow = false);
