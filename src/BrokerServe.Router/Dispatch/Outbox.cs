using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Router.Dispatch;

/// <summary>What the dispatcher decided in one turn. Its shell carries everything out, in the order of the members, and empties it.</summary>
/// <remarks>The lists keep their memory from turn to turn.</remarks>
internal sealed class Outbox
{
    /// <summary>Replicas whose <see cref="Replica.Decided"/> is not empty.</summary>
    public List<Replica> Recipients { get; } = [];

    /// <summary>Commands to replicas.</summary>
    public List<CommandDecision> Commands { get; } = [];

    /// <summary>Requests that have their answer. They are the dispatcher's no longer.</summary>
    public List<Request> Answers { get; } = [];

    /// <summary>Requests that end without an answer: the broker delivers them again, or they are shadows.</summary>
    public List<Request> Dropped { get; } = [];

    /// <summary>Requests to give back to the broker: they were never dispatched, or their attempt was lost after their endpoint was given up.</summary>
    public List<Request> Requeued { get; } = [];

    /// <summary>Messages that the publishing loop will still take; at 0 no further replica can be sent anything in this turn.</summary>
    public int FrameCredit { get; set; }

    /// <summary>Whether a query for the replica can be added: to the message it gets anyway, or to a new one.</summary>
    public bool CanSendTo(Replica replica) => FrameCredit > 0 || !NeedsMessage(replica);

    public void Send(Replica replica, in QueryDecision decision)
    {
        if (NeedsMessage(replica))
        {
            FrameCredit--;
        }

        if (replica.Decided.Count == 0)
        {
            Recipients.Add(replica);
        }

        replica.Decided.Add(decision);
    }

    public void Clear()
    {
        foreach (var replica in Recipients)
        {
            replica.Decided.Clear();
        }

        Recipients.Clear();
        Commands.Clear();
        Answers.Clear();
        Dropped.Clear();
        Requeued.Clear();
    }

    /// <summary>Whether the next query for the replica takes a message of its own: the first does, and in the plain dialect each.</summary>
    private static bool NeedsMessage(Replica replica) => replica.Decided.Count == 0 || replica.Dialect == Dialect.Plain;
}
