namespace BrokerServe.Transport.InMemory;

/// <summary>What messages are published to and consumed from: a queue that is emptied by it, or a stream that is not.</summary>
internal abstract class Queue
{
    private readonly Connection? _owner;

    protected Queue(QueueDeclaration declaration, Connection? owner)
    {
        Declaration = declaration;
        _owner = owner;
        Route = new Route([this]);
    }

    /// <summary>What was declared.</summary>
    public QueueDeclaration Declaration { get; }

    /// <summary>Leads to this queue alone.</summary>
    public Route Route { get; }

    /// <summary>Where it is bound; guarded by the topology's lock.</summary>
    public List<(Exchange Exchange, string Key)> Bindings { get; } = [];

    /// <summary>Refuses a connection that does not own an exclusive queue.</summary>
    public void ThrowIfLocked(Connection connection)
    {
        if (Declaration.Exclusive && _owner != connection)
        {
            throw new BrokerException(
                BrokerFault.Locked, $"The queue '{Declaration.Name}' is exclusive to the connection '{_owner?.Name}'.");
        }
    }

    /// <summary>Takes a message, and the caller's hold on it; false once the queue is deleted.</summary>
    public abstract bool TryPublish(Message message);

    /// <summary>What it holds right now.</summary>
    public abstract QueueInfo Inspect();

    /// <summary>Drops everything in it and ends its consumers.</summary>
    public abstract void Delete();

    /// <summary>Drops what does not survive a restart of the broker. Nothing is unsettled then: all connections are gone.</summary>
    public abstract void DropTransient();

    /// <summary>Begins deliveries to a consumer; false once the queue is deleted.</summary>
    public abstract bool TrySubscribe(Consumer consumer);

    /// <summary>Hands over what the consumer was assigned; its loop becomes a holder of each message.</summary>
    /// <returns>How many; 0 when there is nothing.</returns>
    public abstract int Hand(Consumer consumer, Span<Handed> batch);

    /// <summary>Whether something waits to be handed over.</summary>
    public abstract bool HasToHand(Consumer consumer);

    /// <summary>Settles what a consumer was handed. Tags that it does not hold are ignored.</summary>
    public abstract void Ack(Consumer consumer, ulong tag, bool multiple);

    /// <summary>Gives a delivery back. A tag that the consumer does not hold is ignored.</summary>
    /// <param name="consumer">Who was handed the delivery.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="seen">False when it never reached the handler, and so is none that came back.</param>
    public abstract void Requeue(Consumer consumer, ulong tag, bool seen);

    /// <summary>Ends deliveries to a consumer, which keeps what it was handed until it settles it or leaves.</summary>
    public abstract void Unsubscribe(Consumer consumer);

    /// <summary>Ends the part of consumers in the queue, with all that they hold.</summary>
    public abstract void Leave(params ReadOnlySpan<Consumer> leaving);

    /// <summary>Lets go of what is settled. Needs the lock that guards what the consumer holds.</summary>
    protected static void LetGo(Consumer consumer, ulong tag, bool multiple)
    {
        var unsettled = consumer.Unsettled;
        if (multiple && tag <= unsettled.LastHanded)
        {
            while (unsettled.TryTakeOldest(tag, out var oldest))
            {
                oldest.Message.LetGo();
            }
        }
        else if (!multiple && unsettled.TryTake(tag, out var entry))
        {
            entry.Message.LetGo();
        }
    }

    /// <summary>Lets go of all that a consumer holds. Needs the lock that guards it.</summary>
    protected static void LetGoOfAll(Consumer consumer)
    {
        while (consumer.Unsettled.TryTakeUnhanded(out var entry))
        {
            entry.Message.LetGo();
        }

        while (consumer.Unsettled.TryTakeOldest(ulong.MaxValue, out var entry))
        {
            entry.Message.LetGo();
        }
    }
}
