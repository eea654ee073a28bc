namespace BrokerServe.Router.Dispatch;

// A request that may be what kills replicas gets its last attempt on a replica of its own, so that it takes nobody with it.
internal sealed partial class BackendDispatcher
{
    private RequestQueue _aside; // Suspects before their last attempt, in order.
    private Replica? _quarantine; // The replica that is being emptied for the first of them, or runs one.
    private bool _suspectRuns;
    private bool _suspectLacksRoom;

    /// <summary>A replica died holding it and it has one attempt left: that runs alone, unless there is one replica only.</summary>
    private bool IsLastOfSuspect(Request request) => request.IsSuspect && request.Attempts == _model.MaxAttempts - 1 && _live > 1;

    private void SetAside(Request request)
    {
        request.State = RequestState.Aside;
        _aside.AddLast(request);
    }

    /// <summary>Goes on with the suspects: reserves a replica, sends the first of them there once it is empty, and gives it back in the end.</summary>
    private void PlaceSuspects()
    {
        _suspectLacksRoom = false;
        if (_quarantine is not null)
        {
            ReleaseIfOver(_quarantine);
        }

        if (_aside.Count == 0 || _suspectRuns)
        {
            return;
        }

        if (_live <= 1)
        {
            ReturnAside();
            return;
        }

        if ((_quarantine ??= Reserve()) is not { InFlight: 0 } replica || !_slots.HasRoom)
        {
            return; // None has credit, or it is not empty yet: a reply will tell.
        }

        if (!_outbox.CanSendTo(replica))
        {
            _suspectLacksRoom = true;
            return;
        }

        if (NextAside() is { } suspect)
        {
            SetReserved(replica, false);
            Dispatch(suspect, replica);
            SetReserved(replica, true);
            _suspectRuns = true;
        }
    }

    private Request? NextAside()
    {
        while (_aside.Count > 0)
        {
            _pairings++;
            var suspect = _aside.TakeFirst();
            suspect.State = RequestState.Unplaced;
            if (suspect.DeadlineMs > NowMs)
            {
                return suspect;
            }

            Expire(suspect);
        }

        return null;
    }

    private Replica? Reserve()
    {
        var replica = _credit.LeastLoaded();
        if (replica is not null)
        {
            SetReserved(replica, true);
        }

        return replica;
    }

    private void ReleaseIfOver(Replica replica)
    {
        // While a suspect runs, only its slot's end ends the quarantine: answered or not, it is still there.
        var over = _suspectRuns
            ? replica.InFlight == 0
            : _aside.Count == 0 || _live <= 1 || replica is { State: not ReplicaState.Serving } or { Limit: <= 0 } or { ChokedBy: > 0 };
        if (over)
        {
            (_quarantine, _suspectRuns) = (null, false);
            SetReserved(replica, false);
        }
    }

    // One replica is left, or none: they go like the others, before all others.
    private void ReturnAside()
    {
        while (_aside.Last is { } last)
        {
            _aside.Remove(last);
            _backlog.AddFirst(last);
        }
    }

    /// <summary>Adds the suspects that wait aside and meet a condition.</summary>
    private void CollectAside(Predicate<Request> isMeant)
    {
        for (var request = _aside.First; request is not null; request = request.QueueNext)
        {
            if (isMeant(request))
            {
                _collected.Add(request);
            }
        }
    }

    private void SetReserved(Replica replica, bool reserved)
    {
        replica.IsReserved = reserved;
        Reindex(replica);
    }
}
