using System.Diagnostics;
using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Dispatch;

/// <summary>One request for one backend, from admission to its one answer. A shadow copy is a request of its own that nobody waits for.</summary>
/// <remarks>
/// Ownership passes hand to hand, and with it the right to touch any field: the listener fills it in, the mailbox carries it to the
/// dispatch loop, the loop decides on it, and once answered the outbox carries it to the reply publisher, which returns it to its pool.
/// </remarks>
internal sealed class Request : Mail
{
    /// <summary>Where the request is in its life.</summary>
    public RequestState State;

    // Filled in by the listener and unchanged afterwards.

    /// <summary>A small number for the endpoint, the same for the life of the router.</summary>
    public int EndpointId;

    public string Endpoint = "";
    public string Backend = "";
    public string? ReplyTo;
    public ShortText CorrelationId;
    public ShortText MessageId;

    /// <summary>It came in a frame, so its answer may travel in one, too.</summary>
    public bool AcceptsFrames;

    /// <summary>What its answer says of the endpoint: whether it takes frames; null where nobody wants to know.</summary>
    public bool? TakesFrames;

    /// <summary>0 to 9; higher is served first.</summary>
    public int Priority;

    /// <summary>A copy that affects nobody: one attempt, no answer.</summary>
    public bool IsShadow;

    /// <summary>Where it is counted; null for a shadow, and for an endpoint that nobody knows.</summary>
    public EndpointCounters? Counters;

    /// <summary>Settled when dispatched, never retried, its reply not confirmed.</summary>
    public bool AtMostOnce;

    /// <summary>The call as every query frame carries it; rented, returned when the request is answered.</summary>
    public PooledBytes Call;

    /// <summary>What it was sharded by, for a copy in the dead queue; rented and returned with <see cref="Call"/>. An empty key is a key.</summary>
    public PooledBytes ShardKey;

    public bool HasShardKey;

    /// <summary>When the caller stops waiting: on the router's monotonic clock, and as the wire says it.</summary>
    public long DeadlineMs;

    public long DeadlineUnixMs;

    /// <summary>When it was admitted, on the router's monotonic clock.</summary>
    public long ArrivedMs;

    /// <summary>The same in microseconds, for what is timed.</summary>
    public long ArrivedUs;

    /// <summary>The consuming connection's life in which it was delivered; its settlement dies with it.</summary>
    public uint Epoch;

    /// <summary>What is settled when the request has ended; null for shadows.</summary>
    public PendingDelivery? Delivery;

    /// <summary>The router's span, when the call is sampled.</summary>
    public Activity? Activity;

    /// <summary>Who takes the object back when all is over.</summary>
    public RequestPool? Pool;

    // The dispatcher's own.

    /// <summary>Attempts that were spent.</summary>
    public int Attempts;

    /// <summary>Counts arrivals at the backend: the order for "oldest first".</summary>
    public long ArrivalNumber;

    /// <summary>The slot of the live attempt while <see cref="State"/> is <see cref="RequestState.InFlight"/>.</summary>
    public int SlotIndex;

    public long DispatchedMs;

    /// <summary>When its last query was written, in microseconds of the router's monotonic clock.</summary>
    public long SentUs;

    /// <summary>A replica was lost with it: perhaps by chance, perhaps because of it.</summary>
    public bool IsSuspect;

    /// <summary>Whether the cancel index knows it.</summary>
    public bool IsCancellable;

    public uint CancelHash;
    public Request? CancelNext;

    public Request? QueuePrevious;
    public Request? QueueNext;
    public Request? WheelPrevious;
    public Request? WheelNext;
    public int WheelSlot = -1;

    // The answer, filled in once, when State becomes Answered.

    /// <summary>The next answer of the same message, once the reply publisher has put some together.</summary>
    public Request? FrameNext;

    public ReplyStatus Status;
    public PooledBytes ReplyPayload;
    public string? ReplyContentType;

    /// <summary>Set instead of a payload when the router itself answers.</summary>
    public ErrorBody? Error;

    /// <summary>The broker has refused the answer once.</summary>
    public bool WasRefused;

    /// <summary>The copy that goes to the dead queue before the answer to the producer.</summary>
    public CopyState Copy;

    /// <summary>Which replicas were lost with it, as <c>ATTEMPT REPLICA MILLISECONDS</c> since it was admitted, with semicolons; null: none.</summary>
    public string? History;

    /// <summary>The replica that answered.</summary>
    public Replica? AnsweredBy;

    /// <summary>What cancels the request, if it can be cancelled at all.</summary>
    public bool HasCancelKey => ReplyTo is not null && !CorrelationId.IsEmpty && !IsShadow;

    /// <summary>What the router's byte budget counts.</summary>
    public int HeldBytes => Call.Length + ShardKey.Length;

    /// <summary>Gives back the rented memory of what was asked for. Once; the memory of the answer is not meant.</summary>
    public void ReturnCall()
    {
        Call.Return();
        ShardKey.Return();
        Call = ShardKey = default;
    }

    /// <summary>Notes that a replica died with it. Allocates, for an event that is rare.</summary>
    public void NoteLoss(string replica, long nowMs)
    {
        IsSuspect = true;
        var loss = string.Create(CultureInfo.InvariantCulture, $"{Attempts} {replica} {nowMs - ArrivedMs}");
        History = History is null ? loss : $"{History}; {loss}";
    }

    /// <summary>It was admitted.</summary>
    public void ArriveAt(long nowUs)
    {
        ArrivedUs = nowUs;
        ArrivedMs = nowUs / 1_000;
    }

    public override void Deliver(BackendDispatcher dispatcher) => dispatcher.Arrive(this);

    /// <summary>Forgets everything, for the next use.</summary>
    public void Clear()
    {
        State = RequestState.Unplaced;
        Endpoint = Backend = "";
        ReplyTo = ReplyContentType = null;
        CorrelationId.Clear();
        MessageId.Clear();
        Priority = Attempts = 0;
        IsShadow = AtMostOnce = IsSuspect = WasRefused = AcceptsFrames = HasShardKey = false;
        TakesFrames = null;
        Call = ShardKey = ReplyPayload = default;
        Delivery = null;
        Activity = null;
        Counters = null;
        Error = null;
        History = null;
        Copy = CopyState.None;
        AnsweredBy = null;
        Status = ReplyStatus.Ok;
        FrameNext = null;
        Debug.Assert(QueueNext is null && QueuePrevious is null && WheelSlot < 0, "A request was recycled while it was still queued.");
    }
}
