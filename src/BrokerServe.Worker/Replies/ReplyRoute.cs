namespace BrokerServe.Worker.Replies;

/// <summary>Where one router's replies go right now.</summary>
/// <remarks>
/// Written by the replica's loop when a router says a new key, read by the reply sender when it builds a frame, so that replies which were
/// ready before a sync still find the router after it.
/// </remarks>
internal sealed class ReplyRoute
{
    // Volatile: the sender must see the key that was written before the held report it is about to send behind these replies.
    private volatile string _key = "";

    public string Key
    {
        get => _key;
        set => _key = value;
    }
}
