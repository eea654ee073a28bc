namespace BrokerServe.Router.Dispatch;

/// <summary>One attempt at one replica. It ends twice, each once: answered when <see cref="Request"/> lets go, vacated when it closes.</summary>
internal struct Slot
{
    /// <summary>The replica that holds the query; null while the slot is closed.</summary>
    public Replica? Replica;

    /// <summary>The request whose live attempt this is; null once it was answered or superseded.</summary>
    public Request? Request;

    /// <summary>Advances whenever the slot opens: the last 32 bits of its ticket.</summary>
    public uint Generation;

    /// <summary>Neighbours: in the replica's open slots, or in the free list.</summary>
    public int Next;

    public int Previous;

    /// <summary>The incarnation in whose sync answer the ticket was listed.</summary>
    public uint ListedIn;

    /// <summary>The deadline of its request, which may be gone before the slot is.</summary>
    public long DeadlineMs;
}
