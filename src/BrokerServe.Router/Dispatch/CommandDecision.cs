using BrokerServe.Protocol.Commands;

namespace BrokerServe.Router.Dispatch;

/// <summary>Tell that replica this, after the queries of the same turn.</summary>
internal readonly record struct CommandDecision(Replica Replica, ReplicaCommand Command);
