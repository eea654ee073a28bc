using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>What a router sends to a replica's queue: a frame of queries, a plain query, or a command.</summary>
internal sealed record SimFrame(SimRouter Router, string Queue, uint Incarnation, uint Epoch, string ReplyKey, IReadOnlyList<SimQuery> Queries, ReplicaCommand? Command)
{
    /// <summary>The backend whose loop counts this frame as waiting; null for commands.</summary>
    public SimBackend? Counted { get; init; }
}
