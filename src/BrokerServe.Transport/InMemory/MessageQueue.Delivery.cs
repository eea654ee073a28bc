namespace BrokerServe.Transport.InMemory;

internal sealed partial class MessageQueue
{
    // Those that take deliveries, and besides those that stopped and still hold some.
    private readonly HashSet<Consumer> _everyConsumer = [];
    private Consumer[] _consumers = [];
    private int _turn;

    /// <summary>Begins deliveries to a consumer; false once the queue is deleted.</summary>
    public override bool TrySubscribe(Consumer consumer)
    {
        Consumer? wake;
        lock (_gate)
        {
            if (_deleted)
            {
                return false;
            }

            _everyConsumer.Add(consumer);
            _consumers = [.. _consumers, consumer];
            wake = Pump();
        }

        wake?.Wake();
        return true;
    }

    /// <summary>Hands over what the consumer was assigned; its loop becomes a holder of each message.</summary>
    /// <returns>How many; 0 when there is nothing.</returns>
    public override int Hand(Consumer consumer, Span<Handed> batch)
    {
        lock (_gate)
        {
            var count = Math.Min(batch.Length, consumer.Unsettled.ToHand);
            for (var i = 0; i < count; i++)
            {
                var (tag, entry) = consumer.Unsettled.Hand();

                // An ack may come while the handler still reads the body.
                entry.Message.Hold();
                batch[i] = new Handed(tag, entry.Deliveries > 1, entry.Message, Delivery.NoOffset);
            }

            return count;
        }
    }

    /// <summary>Whether something waits to be handed over.</summary>
    public override bool HasToHand(Consumer consumer)
    {
        lock (_gate)
        {
            return consumer.Unsettled.ToHand > 0;
        }
    }

    /// <summary>Settles what a consumer was handed. Tags that it does not hold are ignored.</summary>
    public override void Ack(Consumer consumer, ulong tag, bool multiple)
    {
        Consumer? wake;
        lock (_gate)
        {
            LetGo(consumer, tag, multiple);
            wake = Pump();
        }

        wake?.Wake();
    }

    /// <summary>Puts a delivery back to where it was. A tag that the consumer does not hold is ignored.</summary>
    /// <param name="consumer">Who was handed the delivery.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="seen">False when it never reached the handler, and so is none that came back.</param>
    public override void Requeue(Consumer consumer, ulong tag, bool seen)
    {
        Consumer? wake = null;
        lock (_gate)
        {
            if (consumer.Unsettled.TryTake(tag, out var entry))
            {
                PutBack(seen ? entry : entry with { Deliveries = entry.Deliveries - 1 });
                wake = Pump();
            }
        }

        wake?.Wake();
    }

    /// <summary>Ends deliveries to a consumer, which keeps what it was handed until it settles it or leaves.</summary>
    public override void Unsubscribe(Consumer consumer)
    {
        Consumer? wake;
        lock (_gate)
        {
            _consumers = Array.FindAll(_consumers, other => other != consumer);
            while (consumer.Unsettled.TryTakeUnhanded(out var entry))
            {
                _ready.PutBack(entry);
            }

            wake = Pump();
        }

        wake?.Wake();
    }

    /// <summary>Ends the part of consumers in the queue: all that they hold goes back, in order, before anybody gets any of it.</summary>
    public override void Leave(params ReadOnlySpan<Consumer> leaving)
    {
        Consumer? wake;
        lock (_gate)
        {
            foreach (var consumer in leaving)
            {
                _everyConsumer.Remove(consumer);
                _consumers = Array.FindAll(_consumers, other => other != consumer);
                while (consumer.Unsettled.TryTakeUnhanded(out var entry))
                {
                    _ready.PutBack(entry);
                }

                while (consumer.Unsettled.TryTakeOldest(ulong.MaxValue, out var entry))
                {
                    PutBack(entry);
                }
            }

            wake = Pump();
        }

        wake?.Wake();
    }

    private void PutBack(in QueueEntry entry)
    {
        if (Declaration.DeliveryLimit is { } most && entry.Deliveries > most)
        {
            entry.Message.LetGo();
        }
        else
        {
            _ready.PutBack(entry);
        }
    }

    /// <summary>Gives what waits to consumers with room, in turn. The caller wakes the one returned, outside the lock.</summary>
    private Consumer? Pump()
    {
        Consumer? wake = null;
        while (!DropExpired() && NextWithRoom() is { } consumer)
        {
            if (consumer.Assign(_ready.Take()))
            {
                // More than one is rare: several consumers, and a whole batch that came back.
                wake?.Wake();
                wake = consumer;
            }
        }

        TrimToMaxLength();
        ArmExpiry();
        return wake;
    }

    private Consumer? NextWithRoom()
    {
        var consumers = _consumers;
        for (var i = 0; i < consumers.Length; i++)
        {
            _turn = _turn + 1 < consumers.Length ? _turn + 1 : 0;
            if (consumers[_turn].HasRoom)
            {
                return consumers[_turn];
            }
        }

        return null;
    }
}
