namespace BrokerServe.Router.Dispatch;

/// <summary>Whether a replica may be given queries.</summary>
internal enum ReplicaState : byte
{
    /// <summary>It may, while it has credit.</summary>
    Serving,

    /// <summary>The fate of what was sent to it is unknown; nothing new before its answer to sync.</summary>
    Syncing,

    /// <summary>It leaves when it has finished; nothing new ever.</summary>
    Draining,

    /// <summary>It said good-bye: nothing new and no command ever; only its last replies may still be on their way.</summary>
    Leaving,

    /// <summary>It is gone.</summary>
    Lost,
}
