using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A router's subscription to an endpoint's queue, in one epoch, and what the router says of its deliveries.</summary>
internal sealed class SimConsumer(SimWorld world, SimQueue queue, string name, int prefetch, SimLink toRouter, SimLink toBroker, Action<SimConsumer, SimMessage> take)
    : ISettler
{
    private readonly Dictionary<ulong, SimMessage> _unsettled = []; // By the router's book.
    private ulong _tag;

    public string Name => name;

    public int Prefetch => prefetch;

    public SimLink ToRouter => toRouter;

    /// <summary>By the broker's book.</summary>
    public List<SimMessage> Unacknowledged { get; } = [];

    /// <summary>What the router has not settled yet.</summary>
    public IEnumerable<SimMessage> Unsettled => _unsettled.Values;

    public void Take(SimMessage message) => take(this, message);

    /// <summary>Begins the router's book on a delivery.</summary>
    /// <returns>Its tag.</returns>
    public ulong Begin(SimMessage message)
    {
        _unsettled.Add(++_tag, message);
        return _tag;
    }

    // Of an epoch that has ended nothing can be settled: its link is broken, and the broker gives it to somebody else.
    public void Settle(ulong deliveryTag, bool atOnce = false)
    {
        var message = End(deliveryTag);
        toBroker.Send(() => queue.Acknowledge(this, message));
    }

    public void Requeue(ulong deliveryTag)
    {
        var message = End(deliveryTag);
        world.Tally.Add(message.Calls.Count > 1 ? "frames requeued" : "requests requeued");
        toBroker.Send(() => queue.Requeue(this, message));
    }

    private SimMessage End(ulong deliveryTag)
    {
        SimLaws.Check(world, _unsettled.Remove(deliveryTag, out var message), $"{Name}: delivery {deliveryTag} was settled twice.");
        return message!;
    }
}
