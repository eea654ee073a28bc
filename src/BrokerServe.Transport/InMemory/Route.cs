namespace BrokerServe.Transport.InMemory;

/// <summary>The queues that one exchange and routing key lead to. Immutable.</summary>
internal sealed class Route(Queue[] queues)
{
    /// <summary>Leads to no queue.</summary>
    public static readonly Route Nowhere = new([]);

    /// <summary>Each queue once.</summary>
    public Queue[] Queues => queues;

    /// <summary>Leads to a queue that many connections may consume, so that it is bound by the shared part of the memory.</summary>
    public bool IsShared { get; } = Array.Exists(queues, queue => !queue.Declaration.Exclusive);

    /// <summary>This route and one queue more.</summary>
    public Route With(Queue queue) => Array.IndexOf(queues, queue) >= 0 ? this : new Route([.. queues, queue]);

    /// <summary>This route without a queue.</summary>
    public Route Without(Queue queue) => queues.Length == 1 && queues[0] == queue
        ? Nowhere
        : new Route(Array.FindAll(queues, other => other != queue));
}
