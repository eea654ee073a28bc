using BrokerServe.Protocol;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Running;

namespace BrokerServe.Worker.Scheduling;

/// <summary>One query from its arrival to its answer.</summary>
/// <remarks>
/// Everything settable belongs to the replica's loop, except <see cref="Outcome"/>: the handler's thread writes it before it posts that the
/// handler has ended, and the loop reads it when it takes that mail.
/// </remarks>
internal sealed class HeldQuery(RouterState router, Ticket ticket, uint epoch, long deadlineMs, QueryHandler handler, QueryContext context)
    : Work
{
    /// <summary>The router that asks. With <see cref="Ticket"/> the query's name: two routers may use equal tickets.</summary>
    public RouterState Router => router;

    public Ticket Ticket => ticket;

    /// <summary>The router's epoch that the ticket belongs to.</summary>
    public uint Epoch => epoch;

    /// <summary>On the replica's monotonic clock.</summary>
    public long DeadlineMs => deadlineMs;

    public override QueryHandler Handler => handler;

    public QueryContext Context => context;

    public QueryPhase Phase { get; set; }

    /// <summary>Why the handler's token fired; <see cref="ReplyStatus.Ok"/> while it has not.</summary>
    public ReplyStatus GivenUp { get; set; }

    /// <summary>The batch it is in; null when it goes alone.</summary>
    public Batch? Batch { get; set; }

    /// <summary>Its place in the <see cref="DeadlineHeap"/>; -1 when it is not in.</summary>
    public int HeapIndex { get; set; } = -1;

    public Outcome Outcome { get; set; }

    public override void Cancel() => context.Cancel();
}
