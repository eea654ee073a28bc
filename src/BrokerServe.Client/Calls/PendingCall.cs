using System.Diagnostics;
using System.Threading.Tasks.Sources;
using BrokerServe.Client.Publishing;
using BrokerServe.Protocol;

namespace BrokerServe.Client.Calls;

/// <summary>One slot of the <see cref="CallTable"/>: a call from its opening until its one outcome, then the next call.</summary>
/// <remarks>
/// One state word, generation and phase, decides between reply, refusal, timeout, cancellation, loss and shutdown: whoever
/// exchanges it for <see cref="CallPhase.Ended"/> sets the outcome, everybody else finds that the call has ended.
/// Law: every <see cref="Open"/> is matched by exactly one TryEnd that returns true, and by exactly two releases in the table,
/// one by the caller (after it has the outcome) and one by the publishing loop (once it has taken the mail).
/// </remarks>
internal sealed class PendingCall(CallTable table, int index) : Mail, IValueTaskSource<CallOutcome>
{
    // The waiter continues on the pool: outcomes are set by the connection's reading thread, the timer and the publishing loop.
    private ManualResetValueTaskSourceCore<CallOutcome> _outcome = new() { RunContinuationsAsynchronously = true };
    private Request _request;
    private string? _replyTo;
    private ulong _state; // Generation above 8 bits of phase.
    private int _holders;

    public int Index => index;

    /// <summary>The place of the next free slot; the table's own while the slot is free.</summary>
    public int NextFree { get; set; }

    /// <summary>What to send. Stable while the call is open or its mail is not taken.</summary>
    public ref readonly Request Request => ref _request;

    /// <summary>This use of the slot. For the caller and for the publishing loop, who hold the slot.</summary>
    public CallId Id => new(index, GenerationOf(Volatile.Read(ref _state)));

    /// <summary>The outcome, to be awaited once, by the caller.</summary>
    public ValueTask<CallOutcome> Outcome => new(this, _outcome.Version);

    /// <summary>The reply queue that the request names; null for one-way requests and before <see cref="TryTake"/>.</summary>
    public string? ReplyTo => _replyTo;

    /// <summary>Which connection's reply queue the request names; 0 for one-way requests.</summary>
    public uint ReplyEpoch { get; private set; }

    /// <summary>Which publishing connection has it, on the channel without confirms; 0 if it is on the other.</summary>
    public uint LaneEpoch { get; private set; }

    /// <summary>Begins the next use of a slot that the table has just handed out, and names it.</summary>
    public CallId Reserve()
    {
        Debug.Assert(PhaseOf(_state) == CallPhase.Free, "The table handed out a slot that is in use.");
        var id = new CallId(index, GenerationOf(_state) + 1);
        Volatile.Write(ref _state, Pack(id.Generation, CallPhase.Free));
        return id;
    }

    /// <summary>Opens the reserved slot: from now on the call ends exactly once.</summary>
    public void Open(in Request request)
    {
        _outcome.Reset();
        _request = request;
        _replyTo = null;
        _holders = 2;

        // Release: whoever sees the call waiting sees the request and the deadline that were written before.
        Volatile.Write(ref _state, Pack(GenerationOf(_state), CallPhase.Waiting));
    }

    /// <summary>Takes the call to send it; false when it has ended meanwhile. For the publishing loop.</summary>
    public bool TryTake(uint laneEpoch, uint replyEpoch, string? replyTo)
    {
        LaneEpoch = laneEpoch;
        ReplyEpoch = replyEpoch;
        _replyTo = replyTo;

        // The compare-and-swap is a full fence: a loss of the connection that scans after it sees the epochs written above (and may end
        // a call of which nothing was sent yet as outcome_unknown, which claims less than is true, but nothing false); one that
        // scanned before it has already closed the gate, which the loop looks at again after this.
        return TryMove(CallPhase.Waiting, CallPhase.Sent);
    }

    /// <summary>Puts a taken call back, because nothing of it was sent after all; false when it has ended meanwhile.</summary>
    public bool TryPutBack() => TryMove(CallPhase.Sent, CallPhase.Waiting);

    /// <summary>Ends the call, whatever its phase.</summary>
    public bool TryEnd(ulong generation, in CallOutcome outcome) => TryEnd(generation, outcome, CallPhase.Waiting, CallPhase.Sent);

    /// <summary>Ends the call if it was sent. What was not sent cannot have a reply, and loses nothing with a connection.</summary>
    public bool TryEndSent(ulong generation, in CallOutcome outcome) => TryEnd(generation, outcome, CallPhase.Sent, CallPhase.Sent);

    /// <summary>Ends the call if nothing of it was sent.</summary>
    public bool TryEndWaiting(ulong generation, in CallOutcome outcome) =>
        TryEnd(generation, outcome, CallPhase.Waiting, CallPhase.Waiting);

    /// <summary>The use of the slot that is open now and was sent; false when there is none.</summary>
    public bool IsSent(out ulong generation) => Is(CallPhase.Sent, out generation);

    /// <summary>The use of the slot that is open now and waits; false when there is none.</summary>
    public bool IsWaiting(out ulong generation) => Is(CallPhase.Waiting, out generation);

    /// <summary>This use of the slot has not ended.</summary>
    public bool IsOpen(ulong generation)
    {
        var state = Volatile.Read(ref _state);
        return GenerationOf(state) == generation && PhaseOf(state) is CallPhase.Waiting or CallPhase.Sent;
    }

    /// <summary>The slot is nobody's.</summary>
    public bool IsFree => PhaseOf(Volatile.Read(ref _state)) == CallPhase.Free;

    /// <summary>The call has its outcome.</summary>
    public bool HasEnded => PhaseOf(Volatile.Read(ref _state)) == CallPhase.Ended;

    /// <summary>The caller's token fired: ends the call here, and says so to the routers if the call was sent.</summary>
    public void GiveUp()
    {
        var generation = Id.Generation;
        var outcome = new CallOutcome(ReplyStatus.Cancelled) { GivenUp = true };
        if (TryEndWaiting(generation, outcome))
        {
            return;
        }

        var correlationId = _request.CorrelationId;
        var deadline = _request.Headers?.TryGetInteger(HeaderNames.Deadline, out var unixMs) == true ? unixMs : default(long?);
        var replyTo = _replyTo;
        if (TryEnd(generation, outcome) && replyTo is not null)
        {
            table.PostCancel(new CancelMail(correlationId, replyTo, deadline));
        }
    }

    /// <summary>Says that one of the two holders is done with the slot; true for the last.</summary>
    public bool Release() => Interlocked.Decrement(ref _holders) == 0;

    /// <summary>Empties the slot for the table.</summary>
    public void Clear()
    {
        Debug.Assert(HasEnded, "A slot was given back whose call is open.");
        _request = default;
        _replyTo = null;
        Volatile.Write(ref _state, Pack(GenerationOf(_state), CallPhase.Free));
    }

    CallOutcome IValueTaskSource<CallOutcome>.GetResult(short token) => _outcome.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<CallOutcome>.GetStatus(short token) => _outcome.GetStatus(token);

    void IValueTaskSource<CallOutcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    private static ulong Pack(ulong generation, CallPhase phase) => (generation << 8) | (uint)phase;

    private static ulong GenerationOf(ulong state) => state >> 8;

    private static CallPhase PhaseOf(ulong state) => (CallPhase)(byte)state;

    private bool Is(CallPhase phase, out ulong generation)
    {
        var state = Volatile.Read(ref _state);
        generation = GenerationOf(state);
        return PhaseOf(state) == phase;
    }

    private bool TryMove(CallPhase from, CallPhase to)
    {
        // The generation cannot change here: the publishing loop holds the slot.
        var generation = GenerationOf(Volatile.Read(ref _state));
        return Interlocked.CompareExchange(ref _state, Pack(generation, to), Pack(generation, from)) == Pack(generation, from);
    }

    private bool TryEnd(ulong generation, in CallOutcome outcome, CallPhase first, CallPhase last)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            var phase = PhaseOf(seen);
            if (GenerationOf(seen) != generation || phase < first || phase > last)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, Pack(generation, CallPhase.Ended), seen) == seen)
            {
                if (phase == CallPhase.Waiting)
                {
                    // Nobody else reads the body of a call that was never taken.
                    _request.Body.Return();
                    table.OnWaitingCallEnded();
                }

                table.ClearDeadline(index);
                _outcome.SetResult(outcome);
                return true;
            }
        }
    }
}
