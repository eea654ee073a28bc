using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>A replica as the model sees it.</summary>
internal sealed class ModelReplica(string name, bool isPlain)
{
    public string Name => name;

    /// <summary>It cannot be asked what it holds.</summary>
    public bool IsPlain => isPlain;

    public int Limit { get; set; }

    /// <summary>The operator has taken it out of service.</summary>
    public bool IsDrained { get; set; }

    public ReplicaState State { get; set; } = ReplicaState.Serving;

    /// <summary>When it last refused a query as too much, and has answered no other since: nothing new for a while.</summary>
    public long? RefusedMs { get; set; }

    public long RefusedAt { get; set; }

    public bool IsOpen => State == ReplicaState.Serving && RefusedMs is null;

    public bool DrainsAfterSync { get; set; }

    public uint Awaited { get; set; }

    public long SyncSentMs { get; set; }

    /// <summary>When it took its place among its equals; the smaller goes first.</summary>
    public long Since { get; set; }

    /// <summary>Queries and commands of this turn.</summary>
    public List<ModelAttempt> Sent { get; } = [];

    public List<string> Told { get; } = [];

    public bool Counts => !IsDrained && (State == ReplicaState.Serving || (State == ReplicaState.Syncing && !DrainsAfterSync));
}
