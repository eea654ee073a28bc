namespace BrokerServe.Host.Demo;

/// <summary>What <c>brokerserve demo</c> was asked to do.</summary>
/// <param name="Duration">How long calls are begun.</param>
/// <param name="Concurrency">Callers, and so the most calls under way.</param>
/// <param name="Prefix">Of the names of all queues and exchanges.</param>
internal sealed record DemoSettings(TimeSpan Duration, int Concurrency, string Prefix);
