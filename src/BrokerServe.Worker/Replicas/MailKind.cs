namespace BrokerServe.Worker.Replicas;

/// <summary>What a <see cref="ReplicaMail"/> says.</summary>
internal enum MailKind
{
    /// <summary>A query frame was delivered.</summary>
    Frame,

    /// <summary>A router's command was delivered.</summary>
    Command,

    /// <summary>A router's announcement was delivered.</summary>
    Announcement,

    /// <summary>Something was delivered that the protocol does not know.</summary>
    Unknown,

    /// <summary>A handler has ended.</summary>
    Ended,

    /// <summary>It is time.</summary>
    Tick,

    /// <summary>A life begins: its connections are up and its queue is consumed.</summary>
    BeginLife,

    /// <summary>A life is over: its connections are gone.</summary>
    EndLife,

    /// <summary>The worker stops.</summary>
    Drain,

    /// <summary>The worker must stop now.</summary>
    CutShort,
}
