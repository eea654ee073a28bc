namespace BrokerServe.Host.Demo;

/// <summary>What the demo's callers send.</summary>
public sealed record Greeting(string Name);
