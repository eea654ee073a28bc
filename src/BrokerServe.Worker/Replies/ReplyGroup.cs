namespace BrokerServe.Worker.Replies;

/// <summary>Replies for one router that fit one frame.</summary>
internal sealed class ReplyGroup
{
    public ReplyRoute? Route { get; set; }

    public List<Outgoing> Replies { get; } = [];

    /// <summary>No frame of these replies is longer than this.</summary>
    public int Bytes { get; set; }

    public void Clear()
    {
        Route = null; // A router that is gone must not be kept by a group that waits for its next use.
        Replies.Clear();
        Bytes = 0;
    }
}
