namespace BrokerServe.Worker.Scheduling;

/// <summary>Why something that arrived was dropped without an answer.</summary>
internal enum DiscardReason
{
    /// <summary>The same router's query of the same ticket is still held.</summary>
    Duplicate,

    /// <summary>A frame from before the router's last sync; the router has given its queries up.</summary>
    Stale,

    /// <summary>Not a message that the protocol knows.</summary>
    Malformed,

    /// <summary>From more routers than can be remembered.</summary>
    UnknownRouter,
}
