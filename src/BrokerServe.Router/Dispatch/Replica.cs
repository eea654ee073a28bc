using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Router.Dispatch;

/// <summary>One replica of the backend, and how many more queries it can take from this router.</summary>
/// <remarks>Owned by its dispatch loop; other threads read only what never changes, and reports the numbers, of a moment ago.</remarks>
internal sealed class Replica(string backend, string name, string queue, Dialect dialect, bool isStatic = false)
{
    private readonly HeaderTable?[] _firstAttemptHeaders = new HeaderTable?[3];

    public string Backend => backend;

    public string Name => name;

    /// <summary>Where its queries go.</summary>
    public string Queue => queue;

    public Dialect Dialect => dialect;

    /// <summary>A queue that the operator named. It says nothing of itself, and not everything that is sent to it is answered.</summary>
    public bool IsStatic => isStatic;

    public ReplicaState State { get; set; } = ReplicaState.Serving;

    /// <summary>Queries it may hold from this router: its limit, or this router's share of it.</summary>
    public int Limit { get; set; }

    /// <summary>It is to get nothing new, whatever its state: the operator says so, or it does. Its limit is 0 then.</summary>
    public bool IsDrained { get; set; }

    /// <summary>It takes queries, though perhaps not at this moment.</summary>
    public bool Serves => !IsDrained && (State == ReplicaState.Serving || (State == ReplicaState.Syncing && !DrainsAfterSync));

    /// <summary>It is in the backend's number of replicas.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Open slots. Above <see cref="Limit"/> only for a while, after the limit was cut.</summary>
    public int InFlight { get; private set; }

    public int Credit => HasCredit ? Limit - InFlight : 0;

    public bool HasCredit => State == ReplicaState.Serving && !IsReserved && InFlight < Limit && ChokedBy == 0;

    /// <summary>Replies that came in time.</summary>
    public long Replies { get; private set; }

    /// <summary>Of these, those whose handler had failed.</summary>
    public long HandlerErrors { get; private set; }

    /// <summary>What happened at its backend; null where nobody counts.</summary>
    public DispatchCounters? Counters { get; init; }

    /// <summary>The number of the refusal that closed its credit; 0 while it is open.</summary>
    public long ChokedBy { get; set; }

    /// <summary>It is kept for one request that may be what kills replicas.</summary>
    public bool IsReserved { get; set; }

    /// <summary>What of <see cref="Credit"/> is in the backend's sum.</summary>
    public int CountedCredit { get; set; }

    /// <summary>The incarnation whose sync it has to answer while <see cref="ReplicaState.Syncing"/>.</summary>
    public uint AwaitedIncarnation { get; set; }

    /// <summary>Whether it drains once its sync is answered.</summary>
    public bool DrainsAfterSync { get; set; }

    public long SyncSentMs { get; set; }

    // Its open slots in the order of dispatch; see SlotTable.

    public int FirstSlot { get; set; } = SlotTable.None;

    public int LastSlot { get; set; } = SlotTable.None;

    // Its place among the replicas with credit; see CreditIndex.

    public int Bucket { get; set; } = -1;

    public int Place { get; set; } = -1;

    /// <summary>What this turn decided to send to it; empty between turns.</summary>
    public List<QueryDecision> Decided { get; } = [];

    /// <summary>Spends one credit; exactly one <see cref="ReturnCredit"/> follows.</summary>
    public void TakeCredit()
    {
        Debug.Assert(HasCredit, "The dispatcher picked a full replica.");
        InFlight++;
    }

    public void ReturnCredit()
    {
        Debug.Assert(InFlight > 0, "A credit came back twice.");
        InFlight--;
    }

    /// <summary>It has answered in time.</summary>
    public void CountReply(ReplyStatus status)
    {
        Replies++;
        HandlerErrors += status == ReplyStatus.HandlerError ? 1 : 0;
    }

    /// <summary>The headers of a reply that this replica gave. Any thread.</summary>
    /// <param name="attempts">How many it took.</param>
    /// <param name="takesFrames">What is said of the endpoint, if anything.</param>
    public HeaderTable ReplyHeaders(int attempts, bool? takesFrames) => attempts == 1
        ? _firstAttemptHeaders[takesFrames switch { null => 0, false => 1, true => 2 }] ??= MakeHeaders(1, takesFrames)
        : MakeHeaders(attempts, takesFrames);

    private HeaderTable MakeHeaders(int attempts, bool? takesFrames)
    {
        List<KeyValuePair<string, HeaderValue>> headers =
        [
            new(HeaderNames.Backend, backend), new(HeaderNames.Replica, name), new(HeaderNames.Attempts, attempts),
        ];
        if (takesFrames is { } takes)
        {
            headers.Add(new(HeaderNames.Frames, takes));
        }

        return [.. headers];
    }
}
