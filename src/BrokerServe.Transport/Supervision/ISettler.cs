namespace BrokerServe.Transport.Supervision;

/// <summary>Who tells the broker what became of a consumer's deliveries: each is settled or given back, once.</summary>
public interface ISettler
{
    /// <summary>Settles one delivery. Any thread.</summary>
    /// <param name="deliveryTag">The delivery.</param>
    /// <param name="atOnce">Nothing is held back: it must not come again, as far as that can be helped.</param>
    void Settle(ulong deliveryTag, bool atOnce = false);

    /// <summary>Gives one delivery back to the queue. Any thread.</summary>
    void Requeue(ulong deliveryTag);
}
