namespace BrokerServe.Worker.Scheduling;

/// <summary>What a replica is to the routers.</summary>
internal enum PresenceState
{
    /// <summary>Not announced.</summary>
    Away,

    /// <summary>In service.</summary>
    Present,

    /// <summary>Wants nothing new, finishes what it holds.</summary>
    Draining,

    /// <summary>The grace period is over: what is held is cancelled.</summary>
    Stopping,

    /// <summary>Gone.</summary>
    Left,
}
