namespace BrokerServe.Client.Publishing;

/// <summary>Where replies go, as long as one connection lives.</summary>
/// <param name="Queue">The exclusive queue; another name with each connection, so that no old reply can be taken for a new one.</param>
/// <param name="Epoch">Which life of the consuming connection it is.</param>
/// <param name="Ended">Fires when nothing can come on it any more.</param>
internal sealed record ReplyRoute(string Queue, uint Epoch, CancellationToken Ended)
{
    public bool IsOpen => !Ended.IsCancellationRequested;
}
