using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Protocol.Commands;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Dispatch;

// Replicas come, change and go.
internal sealed partial class BackendDispatcher
{
    /// <summary>A replica is there, with room for so many queries of this router. Adding it twice is one replica with the newer limit.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">Where its queries go.</param>
    /// <param name="dialect">What it speaks.</param>
    /// <param name="limit">Queries that it may hold.</param>
    /// <param name="isStatic">The operator has named its queue.</param>
    /// <param name="isDrained">
    /// It is to get nothing new until it is added again without that, so the backend does not have it; the limit is 0. A limit of 0 alone says
    /// that it gets nothing for now.
    /// </param>
    public void Join(string name, string queue, Dialect dialect, int limit, bool isStatic = false, bool isDrained = false)
    {
        Debug.Assert(!isDrained || limit == 0, "A drained replica has room for something.");
        if (_replicas.TryGetValue(name, out var replica))
        {
            Recall(replica);
            SetLimit(replica, limit, isDrained);
            return;
        }

        replica = new Replica(_model.Name, name, queue, dialect, isStatic) { Limit = limit, IsDrained = isDrained, Counters = Counters };
        _replicas.Add(name, replica);
        _rosterChanged = true;
        Watch(replica);
        Recount(replica);
        Configure(replica);
        Reindex(replica);
        Pair();
    }

    /// <summary>Changes how many queries a replica may hold; no error when it is unknown, and no change while it is drained.</summary>
    public void SetLimit(string name, int limit)
    {
        if (_replicas.TryGetValue(name, out var replica) && !replica.IsDrained)
        {
            SetLimit(replica, limit, isDrained: false);
        }
    }

    /// <summary>A replica wants nothing new. It is told when the last query has gone to it, each time it asks; no error when it is unknown.</summary>
    public void Drain(string name)
    {
        if (!_replicas.TryGetValue(name, out var replica) || replica.State == ReplicaState.Leaving)
        {
            return;
        }

        Retire(replica);
        _outbox.Commands.Add(new CommandDecision(replica, new FenceCommand(_router)));
        Pair(); // It may have been the one that a suspect waited for.
    }

    /// <summary>A replica said good-bye. Nothing goes to it any more, and it is forgotten with its last reply; no error when it is unknown.</summary>
    /// <remarks>
    /// Its good-bye comes by another queue than its replies and may overtake them. What is open is therefore neither lost nor run again
    /// before <see cref="Lose"/>, which the shell says when the replica's lease has run out.
    /// </remarks>
    public void Leave(string name)
    {
        if (!_replicas.TryGetValue(name, out var replica) || replica.State == ReplicaState.Leaving)
        {
            return;
        }

        Retire(replica);
        EndSync(replica); // It is there no more to answer.
        replica.State = ReplicaState.Leaving;
        ForgetIfDone(replica);
        Pair(); // As after a drain.
    }

    /// <summary>A replica is gone. What it held is offered to others at the head of the backlog; no error when it is unknown.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="returned">
    /// The first query that came back, because the replica's queue is no more; null: none did. Neither that one nor a later one has reached the
    /// replica, so none of these has spent an attempt, and none is suspected of anything. Of a plain replica it is that one alone: its queue may
    /// have been declared again under its name meanwhile, and have got the next.
    /// </param>
    public void Lose(string name, Ticket? returned = null)
    {
        if (!_replicas.Remove(name, out var replica))
        {
            return;
        }

        _rosterChanged = true;
        EndSync(replica);
        Unwatch(replica);
        replica.State = ReplicaState.Lost;
        Recount(replica);
        Reindex(replica);
        _credit.Forget(replica);
        Counters.ReplicasLost++;

        var unreached = returned is { } ticket && _slots.TryFind(ticket, out var found) && ReferenceEquals(_slots[found].Replica, replica) ? found : SlotTable.None;
        var isReached = replica.Dialect == Dialect.Plain || unreached == SlotTable.None;

        // From the newest to the oldest, each to the head: the oldest ends up first.
        while (replica.LastSlot != SlotTable.None)
        {
            var index = replica.LastSlot;
            var request = _slots[index].Request;
            _slots.Vacate(index);
            replica.ReturnCredit();
            if (request is not null)
            {
                EndLost(request, replica, isReached && index != unreached);
            }

            isReached |= index == unreached;
        }

        Pair();
    }

    /// <summary>The operator's settings for the backend changed.</summary>
    public void Reconfigure(BackendModel model)
    {
        _model = model;
        _backlog.AdmitHeld(model.MaxQueuedQueries);
        foreach (var replica in _replicas.Values)
        {
            Configure(replica);
        }

        Pair();
    }

    /// <summary>Nothing new goes to the replica any more; no change when that is so already.</summary>
    private void Retire(Replica replica)
    {
        switch (replica.State)
        {
            case ReplicaState.Serving:
                replica.State = ReplicaState.Draining;
                Reindex(replica);
                break;
            case ReplicaState.Syncing:
                replica.DrainsAfterSync = true;
                break;
        }

        Recount(replica);
    }

    private void ForgetIfDone(Replica replica)
    {
        if (replica is { State: ReplicaState.Leaving, InFlight: 0 })
        {
            _replicas.Remove(replica.Name);
            _rosterChanged = true;
            Unwatch(replica);
            _credit.Forget(replica);
            replica.State = ReplicaState.Lost;
            Counters.ReplicasLeft++;
        }
    }

    private void EndLost(Request request, Replica replica, bool isReached)
    {
        if (isReached)
        {
            request.NoteLoss(replica.Name, NowMs);
        }
        else if (!request.AtMostOnce)
        {
            request.Attempts--; // At most once one attempt is all it gets, whether or not it arrived.
        }

        RetryElsewhere(request);
    }

    private void RetryElsewhere(Request request)
    {
        if (request.IsShadow)
        {
            Drop(request);
        }
        else if (MayRetry(request))
        {
            Reoffer(request);
        }
        else if (request.DeadlineMs <= NowMs)
        {
            Expire(request);
        }
        else if (request.Attempts == 0)
        {
            Fail(request, RouterErrors.BackendRemoved(_model.Name)); // Its attempt was given back, and there are no others to offer it to.
        }
        else
        {
            // At most once a single loss is no sign of poison, and nobody may run it again.
            request.Copy = request.AtMostOnce || request.Attempts < _model.MaxAttempts ? CopyState.None : CopyState.Due;
            Fail(request, RouterErrors.ReplicaLost(_model.Name, request.Attempts));
        }
    }

    private void SetLimit(Replica replica, int limit, bool isDrained)
    {
        if (replica.Limit != limit || replica.IsDrained != isDrained)
        {
            (replica.Limit, replica.IsDrained) = (limit, isDrained);
            Recount(replica);
            Reindex(replica);
            Pair();
        }
    }

    private void Configure(Replica replica)
    {
        // Also when the operator said nothing: a router before this one may have said more, and what is not said now is taken back.
        if (replica.Dialect == Dialect.Framed && replica.State != ReplicaState.Leaving)
        {
            _outbox.Commands.Add(new CommandDecision(replica, WorkerSettings.Of(_model, _router)));
        }
    }
}
