namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A router's subscription to an endpoint's queue, in one epoch.</summary>
internal sealed class SimConsumer(string name, int prefetch, SimLink toRouter, Action<SimConsumer, SimMessage> take)
{
    public string Name => name;

    public int Prefetch => prefetch;

    public SimLink ToRouter => toRouter;

    /// <summary>By the broker's book.</summary>
    public List<SimMessage> Unacknowledged { get; } = [];

    public void Take(SimMessage message) => take(this, message);
}
