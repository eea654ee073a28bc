namespace BrokerServe.Transport;

/// <summary>What the broker says about published messages. Called one at a time on the connection's reading thread: be short, never block.</summary>
public interface IPublisherEvents
{
    /// <summary>The broker has taken responsibility for a message; with <paramref name="multiple"/> for every one up to it.</summary>
    void OnConfirmed(ulong sequence, bool multiple);

    /// <summary>The broker could not take a message (a full queue with reject-publish, an internal error).</summary>
    void OnRefused(ulong sequence, bool multiple);

    /// <summary>A mandatory message reached no queue. Comes before the confirm of the same message.</summary>
    void OnReturned(in ReturnedMessage message);
}
