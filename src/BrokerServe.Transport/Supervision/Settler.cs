namespace BrokerServe.Transport.Supervision;

/// <summary>The one caller that settles a consumer's deliveries, on behalf of any thread.</summary>
public sealed class Settler : IAsyncDisposable
{
    /// <summary>Settles for one consumer.</summary>
    /// <param name="consumer">The consumer; the settler does not dispose it.</param>
    /// <param name="prefetch">The consumer's prefetch: never more deliveries are unsettled at once.</param>
    public Settler(IConsumer consumer, int prefetch) => throw new NotImplementedException();

    /// <summary>Settles one delivery. Any thread; never blocks, allocates nothing; each delivery is settled or requeued once.</summary>
    public void Settle(ulong deliveryTag) => throw new NotImplementedException();

    /// <summary>Gives one delivery back to the queue. Any thread; never blocks.</summary>
    public void Requeue(ulong deliveryTag) => throw new NotImplementedException();

    /// <summary>Hands everything said so far to the broker, then ends.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
