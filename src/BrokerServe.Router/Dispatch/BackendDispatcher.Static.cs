namespace BrokerServe.Router.Dispatch;

// Static replicas: queues that the operator named, of servers that know nothing of routers.
internal sealed partial class BackendDispatcher
{
    /// <summary>How often their slots are looked through: a small part of the seconds that a slot is kept beyond its deadline, and little work
    /// even for a limit of 10,000.</summary>
    public const int StaticLookMs = 250;

    private readonly List<Replica> _static = [];
    private long _staticLookMs;

    private bool HoldsStatic => _static.Exists(static replica => replica.InFlight > 0);

    private void Watch(Replica replica)
    {
        if (replica.IsStatic)
        {
            _static.Add(replica);
        }
    }

    private void Unwatch(Replica replica) => _static.Remove(replica);

    /// <summary>The operator names a static replica again while its last queries are still open: it is the same one, with the same slots.</summary>
    private void Recall(Replica replica)
    {
        if (replica is { IsStatic: true, State: ReplicaState.Leaving })
        {
            replica.State = ReplicaState.Serving;
            Recount(replica);
            Reindex(replica);
            Pair();
        }
    }

    /// <summary>Closes the slots whose query has expired in its queue, or whose server never answers: some time after their deadline.</summary>
    private void VacateStatic()
    {
        if (NowMs - _staticLookMs < StaticLookMs)
        {
            return;
        }

        _staticLookMs = NowMs;
        for (var i = _static.Count - 1; i >= 0; i--)
        {
            // The last slot of one that leaves takes it off the list.
            for (var index = _static[i].FirstSlot; index != SlotTable.None;)
            {
                var next = _slots[index].Next;
                if (_slots[index].DeadlineMs + _clockSkewMs <= NowMs)
                {
                    VacateInDoubt(index);
                }

                index = next;
            }
        }
    }
}
