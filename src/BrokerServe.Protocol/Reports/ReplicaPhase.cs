namespace BrokerServe.Protocol.Reports;

/// <summary>Whether a router gives a replica queries. The numbers are on the wire; none ever changes its meaning.</summary>
public enum ReplicaPhase
{
    /// <summary>It does, while the replica has credit.</summary>
    Serving = 0,

    /// <summary>A connection was lost, and it waits to hear from the replica what it holds.</summary>
    Syncing = 1,

    /// <summary>The replica leaves when it has finished, or the operator has taken it out of service.</summary>
    Draining = 2,

    /// <summary>The replica has said good-bye; its last replies may be on their way.</summary>
    Leaving = 3,

    /// <summary>A later version says something that this one does not know.</summary>
    Unknown = 255,
}
