using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Scheduling;

/// <summary>What the scheduler decided in this turn, for the loop to do. Reused turn after turn.</summary>
internal sealed class ReplicaOutbox
{
    /// <summary>What is to start.</summary>
    public List<Work> Starts { get; } = [];

    /// <summary>What runs, and whose token is to fire.</summary>
    public List<Work> Cancels { get; } = [];

    /// <summary>What is to be said, in this order.</summary>
    public List<Outgoing> Outgoing { get; } = [];

    /// <summary>What was dropped.</summary>
    public List<DiscardReason> Discards { get; } = [];

    /// <summary>The operator's text for the reconfigure hook; empty: none; null: no news.</summary>
    public string? UserConfig { get; set; }

    /// <summary>The replica has left: when what is outgoing was sent, its life is over.</summary>
    public bool HasLeft { get; set; }

    public void Clear()
    {
        Starts.Clear();
        Cancels.Clear();
        Outgoing.Clear();
        Discards.Clear();
        UserConfig = null;
        HasLeft = false;
    }
}
