namespace BrokerServe.Worker.Replies;

/// <summary>What an <see cref="Outgoing"/> is.</summary>
internal enum OutgoingKind
{
    /// <summary>The one answer to a query.</summary>
    Reply,

    /// <summary>The answer to a sync.</summary>
    Held,

    /// <summary>What the replica says about itself to all routers.</summary>
    Announcement,
}
