using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Router.Mailboxes;

/// <summary>A queue with many writers and one reader, without a lock: Dmitry Vyukov's intrusive MPSC node-based queue.</summary>
/// <remarks>
/// <para>A writer is wait-free: one atomic exchange and one store. The reader is lock-free but for one gap: a writer that stands between
/// its exchange and its store hides what comes after it, and <see cref="TryTake"/> returns false though <see cref="IsEmpty"/> is false.</para>
/// <para>Source: https://www.1024cores.net/home/lock-free-algorithms/queues/intrusive-mpsc-node-based-queue</para>
/// </remarks>
/// <typeparam name="T">What is queued.</typeparam>
internal sealed class MpscQueue<T>
    where T : MailboxNode
{
    private readonly MailboxNode _stub = new Stub();
    private MailboxNode _newest; // Written by every writer.
    private MailboxNode _oldest; // The reader's own.

    public MpscQueue() => _newest = _oldest = _stub;

    /// <summary>Nothing was posted that was not taken. For the reader.</summary>
    public bool IsEmpty => ReferenceEquals(_oldest, _stub) && ReferenceEquals(Volatile.Read(ref _newest), _stub);

    /// <summary>Adds a node. Any thread.</summary>
    public void Post(T node) => Link(node);

    /// <summary>Takes the oldest node. For the reader.</summary>
    /// <returns>False when there is none, or when a writer has not finished posting it.</returns>
    public bool TryTake([NotNullWhen(true)] out T? node)
    {
        var oldest = _oldest;
        var next = Volatile.Read(ref oldest.Next);
        if (ReferenceEquals(oldest, _stub))
        {
            if (next is null)
            {
                node = null;
                return false;
            }

            _oldest = oldest = next;
            next = Volatile.Read(ref oldest.Next);
        }

        if (next is null)
        {
            // The last node can only be detached when something follows it: the stub, unless a writer is already at it.
            if (ReferenceEquals(oldest, Volatile.Read(ref _newest)))
            {
                Link(_stub);
            }

            next = Volatile.Read(ref oldest.Next);
            if (next is null)
            {
                node = null;
                return false;
            }
        }

        _oldest = next;
        node = (T)oldest;
        return true;
    }

    private void Link(MailboxNode node)
    {
        node.Next = null;
        var previous = Interlocked.Exchange(ref _newest, node);

        // Release: whoever sees the link sees all that the writer wrote into the node before.
        Volatile.Write(ref previous.Next, node);
    }

    private sealed class Stub : MailboxNode;
}
