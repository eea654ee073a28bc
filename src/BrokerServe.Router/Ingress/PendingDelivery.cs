using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>A delivery that is not settled yet: it counts down its members, and the last one to end settles it.</summary>
/// <remarks>
/// A message that holds one request has one member, a reply frame as many as it holds replies. Members end on whatever thread ends them.
/// A consumer that has ended takes no settlement, so one of an earlier connection can do no harm.
/// </remarks>
internal sealed class PendingDelivery(NodePool<PendingDelivery> pool) : MailboxNode
{
    private ISettler? _settler;
    private ulong _tag;
    private int _members;
    private int _isSettled;
    private volatile bool _requeue;

    /// <summary>A pool of deliveries, for one consumer's callbacks.</summary>
    public static NodePool<PendingDelivery> CreatePool()
    {
        NodePool<PendingDelivery>? pool = null;
        return pool = new NodePool<PendingDelivery>(() => new PendingDelivery(pool!));
    }

    /// <summary>Starts the count with one member. The pool's owner calls it before any member is handed on.</summary>
    public void Begin(ISettler settler, ulong tag)
    {
        _settler = settler;
        _tag = tag;
        _members = 1;
        _requeue = false;
        _isSettled = 0;
    }

    /// <summary>It is settled, and comes again no more, while some of its members go on.</summary>
    public bool IsSettled => Volatile.Read(ref _isSettled) == 1;

    /// <summary>Settles now, because one member was dispatched that must not be dispatched twice. Only while the caller's member has not ended.</summary>
    public void SettleEarly()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            _settler!.Settle(_tag, atOnce: true);
        }
    }

    /// <summary>Counts one more. Only while the caller's own member has not ended.</summary>
    public void AddMember() => Interlocked.Increment(ref _members);

    /// <summary>One member has had its one outcome. Each member ends once.</summary>
    public void EndMember()
    {
        // A full fence: what any member said before, requeue included, is seen by the one who takes the count to 0.
        if (Interlocked.Decrement(ref _members) == 0)
        {
            Settle();
        }
    }

    /// <summary>One member ends undone: the whole delivery goes back to the broker once the others have ended.</summary>
    public void RequeueMember()
    {
        _requeue = true;
        EndMember();
    }

    private void Settle()
    {
        var settler = _settler!;
        var tag = _tag;
        var requeue = _requeue;
        var isSettled = IsSettled;
        _settler = null;
        pool.Return(this);
        if (isSettled)
        {
            return;
        }

        if (requeue)
        {
            settler.Requeue(tag);
        }
        else
        {
            settler.Settle(tag);
        }
    }
}
