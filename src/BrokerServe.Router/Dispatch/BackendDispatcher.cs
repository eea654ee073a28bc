using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.Routing;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Dispatch;

/// <summary>Decides, for one backend, which replica gets which request when, and how each request ends.</summary>
/// <remarks>
/// <para>A pure state machine: events come in as calls, decisions go out into the <see cref="Outbox"/>. It has no I/O, clock, await, lock
/// or randomness of its own, and allocates nothing in steady state, so that tests, simulation and benchmarks run this very class.</para>
/// <para>Owned by one <see cref="DispatchLoop"/>. The laws, after every event:</para>
/// <list type="bullet">
/// <item>Something waits only while no replica has credit (or the publishing loop, or the slot table, has no room).</item>
/// <item>A replica's number in flight is the number of its open slots; no slot opens at or above its limit.</item>
/// <item>Every request that arrived is waiting, held, in flight, or was handed out once: answered, dropped or requeued.</item>
/// </list>
/// <para>The walk of a request: (1) <see cref="Arrive"/> admits it to the backlog; (2) <see cref="Pair"/> takes the next in turn and the least
/// loaded replica, (3) spends a credit and opens a slot; (4) <see cref="Reply"/> vacates the slot, returns the credit, (5) answers the
/// request once, and pairs again.</para>
/// </remarks>
internal sealed partial class BackendDispatcher
{
    private readonly Backlog _backlog = new();
    private readonly CreditIndex _credit = new();
    private readonly Dictionary<string, Replica> _replicas = new(StringComparer.Ordinal);
    private readonly CancelIndex _cancels = new();
    private readonly DeadlineWheel _wheel = new();
    private readonly DrainRate _drainRate = new();
    private readonly SlotTable _slots;
    private readonly Outbox _outbox;
    private readonly string _router;
    private BackendModel _model;
    private long _arrivals;
    private long _pairings;
    private int _live; // Replicas that are neither draining nor lost.
    private bool _removed;

    public BackendDispatcher(string router, BackendModel model, SlotTable slots, Outbox outbox)
    {
        _router = router;
        _model = model;
        _slots = slots;
        _outbox = outbox;
    }

    /// <summary>The time of this turn on the router's monotonic clock; the shell sets it before the turn's events.</summary>
    public long NowMs { get; set; }

    public string Backend => _model.Name;

    public int Queued => _backlog.Waiting;

    public int Held => _backlog.Held;

    public int Shadows => _backlog.Shadows;

    public int InFlight => _slots.Open;

    /// <summary>Queries that the replicas would take at once.</summary>
    public int Credit { get; private set; }

    public int Replicas => _live;

    /// <summary>Whether <see cref="Tick"/> has anything to look for.</summary>
    public bool NeedsTicks => _wheel.Count > 0 || _uncertain.Count > 0 || _syncing > 0;

    /// <summary>Something waits only because the publishing loop had no room for another message.</summary>
    public bool StarvedOfRoom { get; private set; }

    /// <summary>Steps of every loop that a request passes through here; constant per request, which a test holds it to.</summary>
    public long Steps => _credit.Probes + _pairings;

    public DispatchCounters Counters { get; } = new();

    /// <summary>Takes a request over, to answer or drop it in the end.</summary>
    public void Arrive(Request request)
    {
        request.ArrivalNumber = ++_arrivals;
        if (StarvedOfRoom)
        {
            Pair(); // A new turn may have brought room of which no mail has told yet: what waits goes first.
        }

        if (request.IsShadow)
        {
            ArriveShadow(request);
        }
        else if (request.Epoch <= _endedEpoch)
        {
            Drop(request); // The broker gives it to the next epoch, or to another router.
        }
        else
        {
            var full = IsFull(request);
            if (Refusal(request, full) is { } refusal)
            {
                Fail(request, refusal);
            }
            else
            {
                Admit(request, full);
            }
        }
    }

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
        ReturnCredit(replica);
        if (status == ReplyStatus.ShuttingDown)
        {
            Retire(replica); // It says so itself, perhaps before its announcement is heard.
        }

        // Step 5: answer.
        if (request is null)
        {
            Counters.LateReplies++;
        }

        var delivered = request is not null && Conclude(request, replica, status, payload, contentType);
        Pair();
        return delivered;
    }

    /// <summary>The publishing loop has room again.</summary>
    public void Resume() => Pair();

    // Step 1: admit.
    private void Admit(Request request, bool full)
    {
        _cancels.Add(request);
        _wheel.Add(request, NowMs);
        if (_backlog.IsEmpty && NextReplica() is { } replica)
        {
            // Nothing waits before it, so it need not pass through the backlog: a sixth of the time of an idle dispatcher.
            _pairings++;
            Dispatch(request, replica);
            return;
        }

        if (full)
        {
            _backlog.Hold(request);
        }
        else
        {
            _backlog.AddLast(request);
        }

        Pair();
    }

    private bool Conclude(Request request, Replica replica, ReplyStatus status, PooledBytes payload, string? contentType)
    {
        // A replica that refuses a query has not run it, or was stopped in it: another may.
        if (status is ReplyStatus.ShuttingDown or ReplyStatus.Overloaded && MayRetry(request))
        {
            request.RefusedBy = replica;
            Reoffer(request);
            return false;
        }

        if (request.IsShadow)
        {
            Drop(request);
            return false;
        }

        request.AnsweredBy = replica;
        request.ReplyPayload = payload;
        request.ReplyContentType = contentType;
        Answer(request, status);
        return true;
    }

    /// <summary>Pairs what waits with credit, until one of them is used up.</summary>
    private void Pair()
    {
        StarvedOfRoom = false;
        while (!_backlog.IsEmpty && NextReplica() is { } replica && _backlog.TryTake(_model.MaxQueuedQueries, out var request))
        {
            // Step 2: a request whose time is over troubles no replica.
            _pairings++;
            if (request.DeadlineMs <= NowMs)
            {
                Expire(request);
                continue;
            }

            Dispatch(request, ReferenceEquals(request.RefusedBy, replica) ? OtherThan(replica) : replica);
        }
    }

    /// <summary>The least loaded replica but one, which has just refused the request; that one again when there is no other.</summary>
    private Replica OtherThan(Replica refused)
    {
        _credit.Remove(refused);
        var other = _credit.LeastLoaded();
        _credit.Add(refused);
        return other is not null && _outbox.CanSendTo(other) ? other : refused;
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
        StarvedOfRoom = hasSlot && !_outbox.CanSendTo(replica);
        return hasSlot && !StarvedOfRoom ? replica : null;
    }

    private void ArriveShadow(Request request)
    {
        if (_removed)
        {
            DropShadow(request);
            return;
        }

        _backlog.AddShadow(request);
        _wheel.Add(request, NowMs);
        Pair();

        // Beyond the bound the oldest goes, which would expire first; but a copy that alone is too large pushes nobody out.
        if (request.State == RequestState.Waiting && request.Call.Length > _model.ShadowMaxBytes)
        {
            DropShadow(request);
        }

        while (_backlog.Shadows > _model.ShadowMaxQueued || _backlog.ShadowBytes > _model.ShadowMaxBytes)
        {
            DropShadow(_backlog.OldestShadow!);
        }
    }

    private void DropShadow(Request request)
    {
        Counters.ShadowsDropped++;
        Drop(request);
    }

    private ErrorBody? Refusal(Request request, bool full)
    {
        if (_removed)
        {
            return RouterErrors.BackendRemoved(_model.Name);
        }

        if (request.DeadlineMs <= NowMs)
        {
            return RouterErrors.DeadlineExceeded("before the request reached the backlog");
        }

        if (_live == 0 && _model.WhenNoReplica == WhenNoReplica.Reject)
        {
            return RouterErrors.NoBackend(_model);
        }

        if (!full)
        {
            return null;
        }

        return _live == 0 ? RouterErrors.NoBackend(_model)
            : _model.WhenFull == WhenFull.Reject ? RouterErrors.Overloaded(_model, RetryAfterMs(request))
            : null;
    }

    private bool IsFull(Request request) =>
        _backlog.WaitingOf(request.EndpointId) >= _model.MaxQueuedQueries && NextReplica() is null;

    /// <summary>How long the endpoint's backlog takes to drain at the rate of the last second or so.</summary>
    private long RetryAfterMs(Request request) => _drainRate.TimeFor(_backlog.WaitingOf(request.EndpointId), NowMs);

    private bool MayRetry(Request request) =>
        !request.IsShadow && !request.AtMostOnce && request.Attempts < _model.MaxAttempts && request.DeadlineMs > NowMs && !_removed;

    private void Reoffer(Request request)
    {
        ref var slot = ref _slots[request.SlotIndex];
        if (ReferenceEquals(slot.Request, request))
        {
            slot.Request = null;
        }

        _backlog.AddFirst(request);
        Counters.Reoffered++;
    }

    private void Expire(Request request)
    {
        if (request.IsShadow)
        {
            Drop(request);
        }
        else
        {
            Fail(request, RouterErrors.DeadlineExceeded(request.State == RequestState.InFlight ? "at a replica" : "in the backlog"));
        }
    }

    private void Fail(Request request, ErrorBody error)
    {
        if (request.IsShadow)
        {
            Drop(request);
            return;
        }

        request.Error = error;
        Answer(request, error.Status);
    }

    private void Answer(Request request, ReplyStatus status)
    {
        LetGo(request);
        request.Status = status;
        request.State = RequestState.Answered;
        _outbox.Answers.Add(request);
    }

    private void Drop(Request request)
    {
        LetGo(request);
        request.State = RequestState.Dropped;
        _outbox.Dropped.Add(request);
    }

    /// <summary>Takes a request out of wherever it is. Its slot, if it has one, stays open until it is vacated.</summary>
    private void LetGo(Request request)
    {
        Debug.Assert(request.State is not (RequestState.Answered or RequestState.Dropped), "A request ended twice.");
        switch (request.State)
        {
            case RequestState.Waiting or RequestState.Held:
                _backlog.Remove(request, _model.MaxQueuedQueries);
                break;
            case RequestState.InFlight when ReferenceEquals(_slots[request.SlotIndex].Request, request):
                _slots[request.SlotIndex].Request = null;
                break;
        }

        _wheel.Remove(request);
        _cancels.Remove(request);
    }

    private void ReturnCredit(Replica replica)
    {
        replica.ReturnCredit();
        Reindex(replica);
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
}
