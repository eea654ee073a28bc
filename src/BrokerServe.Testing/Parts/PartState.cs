namespace BrokerServe.Testing.Parts;

/// <summary>What has become of a part of the system.</summary>
internal enum PartState
{
    /// <summary>It serves.</summary>
    Living,

    /// <summary>It is being stopped: it still moves, and nobody waits for it to be ready.</summary>
    Stopping,

    /// <summary>It was killed: what of it still runs in the test's process is nobody's concern.</summary>
    Dead,
}
