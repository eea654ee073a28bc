using BrokerServe.Worker.Replies;

namespace BrokerServe.Worker.Scheduling;

/// <summary>One router as this replica knows it. Belongs to the replica's loop; only <see cref="Route"/> is read elsewhere.</summary>
internal sealed class RouterState(string id, byte[] idUtf8)
{
    public string Id => id;

    public ReadOnlySpan<byte> IdUtf8 => idUtf8;

    /// <summary>Where its replies go, whenever they are sent.</summary>
    public ReplyRoute Route { get; } = new();

    /// <summary>The incarnation of its last sync: frames below it are discarded.</summary>
    public uint Incarnation { get; set; }

    public uint Epoch { get; set; }

    /// <summary>Until when it counts as live; 0 once it has left.</summary>
    public long LeaseEndsMs { get; set; }

    /// <summary>When it was last heard of.</summary>
    public long HeardMs { get; set; }

    /// <summary>It has sent its last query: the answer to draining.</summary>
    public bool HasFenced { get; set; }

    /// <summary>Its queries that are neither answered nor forgotten, by ticket.</summary>
    public Dictionary<ulong, HeldQuery> Held { get; } = [];

    public bool IsLive(long now) => now < LeaseEndsMs;
}
