using BrokerServe.Router.Telemetry;

namespace BrokerServe.Router.Dispatch;

/// <summary>What happened at one backend since the start. Written by its dispatch loop, read by anyone: a reader may see a moment ago.</summary>
internal sealed class DispatchCounters
{
    /// <summary>Queries sent, every attempt counted.</summary>
    public long Dispatched;

    /// <summary>Replies that came in time.</summary>
    public long Replies;

    /// <summary>Of these, those whose handler had failed.</summary>
    public long HandlerErrors;

    /// <summary>Attempts that were lost or refused, and whose request went back to the head of the backlog.</summary>
    public long Reoffered;

    /// <summary>Replies to attempts that had ended: late, repeated, or from a replica that was given up.</summary>
    public long LateReplies;

    /// <summary>Events that a defect of ours left half done.</summary>
    public long Failures;

    /// <summary>Shadow copies that found no room.</summary>
    public long ShadowsDropped;

    /// <summary>Replicas that said good-bye and had answered everything.</summary>
    public long ReplicasLeft;

    /// <summary>Replicas given up with their lease or their queue.</summary>
    public long ReplicasLost;

    /// <summary>Times from a query's writing to its reply, those of copies included.</summary>
    public LatencyHistogram AtReplica { get; } = new();
}
