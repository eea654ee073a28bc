using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Dispatch;

// Connections end, and with them the knowledge of what arrived.
internal sealed partial class BackendDispatcher
{
    /// <summary>How long an answer to sync is waited for before it is asked for again.</summary>
    public const int SyncRepeatMs = 5_000;

    private readonly PriorityQueue<Ticket, long> _uncertain = new(); // Slots to vacate at a time, for replicas that cannot be asked.
    private readonly List<Request> _collected = [];
    private SyncCommand? _sync;
    private uint _endedEpoch;
    private int _syncing; // Replicas whose answer is awaited.

    /// <summary>The incarnation and epoch that query frames carry, and where their replies go; null before the first connection.</summary>
    public SyncCommand? Sync => _sync;

    /// <summary>The consuming connection ended. What was delivered on it and has no answer comes again from the broker.</summary>
    /// <remarks>Touches only what is of <paramref name="epoch"/> or before. The slots stay open: their replicas still work.</remarks>
    public void EndEpoch(uint epoch)
    {
        _endedEpoch = Math.Max(_endedEpoch, epoch);
        _backlog.CollectUpTo(epoch, _collected);
        CollectAside(request => request.Epoch <= epoch);
        foreach (var replica in _replicas.Values)
        {
            for (var index = replica.FirstSlot; index != SlotTable.None; index = _slots[index].Next)
            {
                if (_slots[index].Request is { IsShadow: false } request && request.Epoch <= epoch)
                {
                    _collected.Add(request);
                }
            }
        }

        foreach (var request in _collected)
        {
            if (request is { AtMostOnce: true, State: RequestState.InFlight })
            {
                Fail(request, RouterErrors.OutcomeUnknown()); // It was settled when it was dispatched: nobody delivers it again.
            }
            else
            {
                Drop(request);
            }
        }

        _collected.Clear();
        Pair(); // A replica that was reserved for one of them serves the others again.
    }

    /// <summary>A connection that queries or their replies went over was lost: what was sent before is of unknown fate.</summary>
    /// <param name="sync">The new incarnation, the epoch, and where replies go from now on.</param>
    public void Resync(SyncCommand sync)
    {
        _sync = sync;
        foreach (var replica in _replicas.Values)
        {
            if (replica.State == ReplicaState.Leaving)
            {
                continue; // It is there no more to answer; the end of its lease decides.
            }

            if (replica.Dialect == Dialect.Framed)
            {
                BeginSync(replica, sync);
            }
            else if (!replica.IsStatic)
            {
                Doubt(replica);
            }

            Configure(replica); // The last word on it may have been lost as well.
        }
    }

    /// <summary>A replica's answer to sync: of this loop's slots, those it does not list never reached it, or were answered in vain.</summary>
    public void Hold(string name, uint incarnation, IReadOnlyList<Ticket> tickets)
    {
        if (!_replicas.TryGetValue(name, out var replica)
            || replica.State != ReplicaState.Syncing
            || replica.AwaitedIncarnation != incarnation)
        {
            return;
        }

        foreach (var ticket in tickets)
        {
            if (_slots.TryFind(ticket, out var index) && ReferenceEquals(_slots[index].Replica, replica))
            {
                _slots[index].ListedIn = incarnation;
            }
        }

        for (var index = replica.LastSlot; index != SlotTable.None;)
        {
            var previous = _slots[index].Previous;
            if (_slots[index].ListedIn != incarnation)
            {
                Supersede(index, replica);
            }

            index = previous;
        }

        EndSync(replica);
        replica.State = replica.DrainsAfterSync ? ReplicaState.Draining : ReplicaState.Serving;
        Reindex(replica);
        Pair();
    }

    /// <summary>Time has passed: ends what is due.</summary>
    public void Tick()
    {
        _wheel.Advance(NowMs, _collected);
        foreach (var request in _collected)
        {
            Expire(request);
        }

        _collected.Clear();
        while (_uncertain.TryPeek(out var ticket, out var dueMs) && dueMs <= NowMs)
        {
            _uncertain.Dequeue();
            if (_slots.TryFind(ticket, out var index))
            {
                VacateInDoubt(index);
            }
        }

        if (_syncing > 0)
        {
            RepeatSyncs();
        }

        EndChokes();
        VacateStatic();
        Pair();
    }

    private void BeginSync(Replica replica, SyncCommand sync)
    {
        if (replica.State == ReplicaState.Draining)
        {
            replica.DrainsAfterSync = true;
        }

        if (replica.State != ReplicaState.Syncing)
        {
            replica.State = ReplicaState.Syncing;
            _syncing++;
        }

        replica.AwaitedIncarnation = sync.Incarnation;
        replica.SyncSentMs = NowMs;
        Reindex(replica);
        _outbox.Commands.Add(new CommandDecision(replica, sync));
    }

    private void EndSync(Replica replica)
    {
        if (replica.State == ReplicaState.Syncing)
        {
            _syncing--;
        }
    }

    private void RepeatSyncs()
    {
        foreach (var replica in _replicas.Values)
        {
            if (replica.State == ReplicaState.Syncing && NowMs - replica.SyncSentMs >= SyncRepeatMs)
            {
                replica.SyncSentMs = NowMs;
                _outbox.Commands.Add(new CommandDecision(replica, _sync!));
            }
        }
    }

    /// <summary>Marks every open slot of a replica that cannot be asked to be vacated some time after its deadline.</summary>
    private void Doubt(Replica replica)
    {
        for (var index = replica.FirstSlot; index != SlotTable.None; index = _slots[index].Next)
        {
            _uncertain.Enqueue(_slots.TicketOf(index), _slots[index].DeadlineMs + _clockSkewMs);
        }
    }

    private void VacateInDoubt(int index)
    {
        var replica = _slots[index].Replica!;
        var request = _slots[index].Request;
        _slots.Vacate(index);
        ReturnCredit(replica);
        if (request is not null)
        {
            Expire(request);
        }
    }

    /// <summary>Ends an attempt that never took place: the request goes back to the head without having spent it.</summary>
    private void Supersede(int index, Replica replica)
    {
        var request = _slots[index].Request;
        _slots.Vacate(index);
        ReturnCredit(replica);
        if (request is null)
        {
            return;
        }

        if (request.AtMostOnce)
        {
            Fail(request, RouterErrors.OutcomeUnknown()); // One attempt is all it gets, whether or not it arrived.
            return;
        }

        request.Attempts--;
        RetryElsewhere(request);
    }
}
