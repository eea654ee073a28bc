using BrokerServe.Router.Configuration;
using BrokerServe.Protocol;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Dispatch;

/// <summary>Decides, for one backend, which replica gets which request when, and how each request ends.</summary>
/// <remarks>
/// <para>A pure state machine: events come in as calls, decisions go out into the <see cref="Outbox"/>. It has no I/O, clock, await, lock
/// or randomness of its own, and allocates nothing in steady state, so that tests, simulation and benchmarks run this very class.</para>
/// <para>Owned by one <see cref="DispatchLoop"/>. The laws, after every event:</para>
/// <list type="bullet">
/// <item>Something waits only while no replica has credit (or the publishing loop, or the slot table, has no room); and a suspect, until
/// one replica is empty for it.</item>
/// <item>A replica's number in flight is the number of its open slots; no slot opens at or above its limit.</item>
/// <item>Every request that arrived is waiting, held, in flight, or was handed out once: answered, dropped or requeued.</item>
/// </list>
/// <para>The walk of a request: (1) <see cref="Arrive"/> admits it to the backlog; (2) <see cref="Pair"/> takes the next in turn and the least
/// loaded replica, (3) spends a credit and opens a slot; (4) <see cref="Reply"/> vacates the slot, returns the credit, (5) answers the
/// request once, and pairs again.</para>
/// </remarks>
internal sealed partial class BackendDispatcher
{
    /// <summary>The default of <see cref="RouterOptions.ClockSkew"/>.</summary>
    private const int DefaultClockSkewMs = 5_000;

    private readonly Backlog _backlog = new();
    private readonly CreditIndex _credit = new();
    private readonly Dictionary<string, Replica> _replicas = new(StringComparer.Ordinal);
    private readonly CancelIndex _cancels = new();
    private readonly EarlyCancels _earlyCancels = new();
    private readonly DeadlineWheel _wheel = new();
    private readonly DrainRate _drainRate = new();
    private readonly SlotTable _slots;
    private readonly Outbox _outbox;
    private readonly string _router;
    private readonly int _clockSkewMs;
    private BackendModel _model;
    private long _arrivals;
    private long _pairings;
    private int _live; // Replicas that serve, by Replica.Serves; Recount keeps it.
    private bool _rosterChanged;
    private bool _lacksRoom;
    private bool _removed;
    private bool _givesBack; // Set with _removed: by a configuration that names the backend no more, and not by command.

    /// <param name="router">The router's id, for the commands it gives.</param>
    /// <param name="model">The backend's settings.</param>
    /// <param name="slots">The loop's slots.</param>
    /// <param name="outbox">Where decisions go.</param>
    /// <param name="clockSkewMs">How long after its deadline a query counts as over at a replica that cannot be asked.</param>
    public BackendDispatcher(string router, BackendModel model, SlotTable slots, Outbox outbox, int clockSkewMs = DefaultClockSkewMs)
    {
        _clockSkewMs = clockSkewMs;
        _router = router;
        _model = model;
        _slots = slots;
        _outbox = outbox;
    }

    /// <summary>The time of this turn on the router's monotonic clock; the shell sets it before the turn's events.</summary>
    public long NowMs { get; set; }

    public string Backend => _model.Name;

    public int Queued => _backlog.Waiting + _aside.Count;

    public int Held => _backlog.Held;

    public int Shadows => _backlog.Shadows;

    public int InFlight => _slots.Open;

    /// <summary>Queries that the replicas would take at once.</summary>
    public int Credit { get; private set; }

    /// <summary>Replicas that take queries, though perhaps not at this moment.</summary>
    public int Replicas => _live;

    /// <summary>Whether <see cref="Tick"/> has anything to look for.</summary>
    public bool NeedsTicks => _wheel.Count > 0 || _uncertain.Count > 0 || _syncing > 0 || _choked.Count > 0 || HoldsStatic;

    /// <summary>Something waits only because the publishing loop had no room for another message.</summary>
    public bool StarvedOfRoom => _lacksRoom || _suspectLacksRoom;

    /// <summary>Everybody in <see cref="_replicas"/>, when somebody came or went since the last time; null otherwise.</summary>
    public Replica[]? TakeRoster()
    {
        if (!_rosterChanged)
        {
            return null;
        }

        _rosterChanged = false;
        return [.. _replicas.Values];
    }

    /// <summary>Steps of every loop that a request passes through here; constant per request, which a test holds it to.</summary>
    public long Steps => _credit.Probes + _pairings;

    public DispatchCounters Counters { get; } = new();

    /// <summary>A replica's answer to a query.</summary>
    /// <returns>Whether the payload went to the request; otherwise it stays the caller's.</returns>
    public bool Reply(Ticket ticket, ReplyStatus status, PooledBytes payload, string? contentType)
    {
        if (!_slots.TryFind(ticket, out var index))
        {
            Counters.LateReplies++;
            return false;
        }

        // Step 4: vacate, whether or not anybody still waits.
        ref var slot = ref _slots[index];
        var replica = slot.Replica!;
        var request = slot.Request;
        _slots.Vacate(index);
        Heed(replica, status);
        ReturnCredit(replica);
        if (status == ReplyStatus.ShuttingDown && !replica.IsStatic)
        {
            Retire(replica); // It says so itself, perhaps before its announcement is heard.
        }

        // Step 5: answer.
        if (request is null)
        {
            Counters.LateReplies++;
        }
        else
        {
            CountReply(replica, status);
        }

        var delivered = request is not null && Conclude(request, replica, status, payload, contentType);
        Pair();
        return delivered;
    }

    private void CountReply(Replica replica, ReplyStatus status)
    {
        replica.CountReply(status);
        Counters.Replies++;
        Counters.HandlerErrors += status == ReplyStatus.HandlerError ? 1 : 0;
    }

    /// <summary>The publishing loop has room again.</summary>
    public void Resume() => Pair();

    private bool Conclude(Request request, Replica replica, ReplyStatus status, PooledBytes payload, string? contentType)
    {
        switch (status)
        {
            case ReplyStatus.Overloaded when MayRunAgain(request):
                request.Attempts--; // The query has not run: nothing but its deadline bounds how often it is refused.
                Reoffer(request);
                return false;
            case ReplyStatus.ShuttingDown when MayRetry(request):
                Reoffer(request); // It may have been stopped in it, and that is an attempt.
                return false;
        }

        request.AnsweredBy = replica;
        if (request.IsShadow)
        {
            Drop(request);
            return false;
        }

        request.ReplyPayload = payload;
        request.ReplyContentType = contentType;
        Answer(request, status);
        return true;
    }

    /// <summary>Pairs what waits with credit, until one of them is used up.</summary>
    private void Pair()
    {
        _lacksRoom = false;
        PlaceSuspects();
        while (!_backlog.IsEmpty && NextReplica() is { } replica && _backlog.TryTake(_model.MaxQueuedQueries, out var request))
        {
            // Step 2: a request whose time is over troubles no replica.
            _pairings++;
            if (request.DeadlineMs <= NowMs)
            {
                Expire(request);
                continue;
            }

            if (IsLastOfSuspect(request))
            {
                SetAside(request);
                PlaceSuspects();
                continue;
            }

            Dispatch(request, replica);
        }
    }

    private void Dispatch(Request request, Replica replica)
    {
        // Step 3: spend a credit and open a slot.
        replica.TakeCredit();
        Reindex(replica);
        request.Attempts++;
        request.State = RequestState.InFlight;
        request.DispatchedMs = NowMs;
        request.SlotIndex = _slots.OpenSlot(replica, request);
        _outbox.Send(replica, new QueryDecision(request, _slots.TicketOf(request.SlotIndex), request.Attempts));
        _drainRate.Count(NowMs);
        Counters.Dispatched++;
    }

    private Replica? NextReplica()
    {
        // The sum is looked at first: under load there is none for two questions of three.
        if (Credit == 0 || _credit.LeastLoaded() is not { } replica)
        {
            return null;
        }

        // A full slot table is no lack of room to ask for: a reply ends it, and pairs anyway.
        var hasSlot = _slots.HasRoom;
        _lacksRoom = hasSlot && !_outbox.CanSendTo(replica);
        return hasSlot && !_lacksRoom ? replica : null;
    }

    private void ReturnCredit(Replica replica)
    {
        replica.ReturnCredit();
        Reindex(replica);
        ForgetIfDone(replica);
    }

    /// <summary>Puts a replica where its number in flight, limit and state say, after any of them changed.</summary>
    private void Reindex(Replica replica)
    {
        _credit.Remove(replica);
        if (replica.HasCredit)
        {
            _credit.Add(replica);
        }

        Credit += replica.Credit - replica.CountedCredit;
        replica.CountedCredit = replica.Credit;
    }

    /// <summary>Counts a replica among those that serve, or no more, after its state changed or whether it is drained.</summary>
    private void Recount(Replica replica)
    {
        if (replica.Serves != replica.IsCounted)
        {
            replica.IsCounted = !replica.IsCounted;
            _live += replica.IsCounted ? 1 : -1;
        }
    }
}
