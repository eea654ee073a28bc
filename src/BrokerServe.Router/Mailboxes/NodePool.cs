namespace BrokerServe.Router.Mailboxes;

/// <summary>Idle nodes of one owner: rented by its one thread at a time, returned from any.</summary>
/// <remarks>It grows to the most nodes that were out at once, which the owner's own bound limits, and never shrinks.</remarks>
/// <typeparam name="T">What is pooled.</typeparam>
internal sealed class NodePool<T>(Func<T> create)
    where T : MailboxNode
{
    private readonly MpscQueue<T> _idle = new();

    /// <summary>Takes an idle node or makes one. For the owner.</summary>
    public T Rent() => _idle.TryTake(out var node) ? node : create();

    /// <summary>Gives a node back. Any thread; the caller keeps no reference.</summary>
    public void Return(T node) => _idle.Post(node);
}
