namespace BrokerServe.Transport;

/// <summary>What the broker says about published messages.</summary>
/// <remarks>
/// Called one at a time for one connection, by whoever reads the connection, never by the thread that publishes: be short, never block, never throw.
/// A confirm may come before <see cref="IPublisher.PublishAsync"/> has completed.
/// </remarks>
public interface IPublisherEvents
{
    /// <summary>The broker has taken responsibility for a message; with <paramref name="multiple"/> for every one up to it.</summary>
    void OnConfirmed(ulong sequence, bool multiple);

    /// <summary>
    /// The broker could not take a message (a full queue with reject-publish, an internal error); with <paramref name="multiple"/> every one up to
    /// it.
    /// </summary>
    void OnRefused(ulong sequence, bool multiple);

    /// <summary>A mandatory message reached no queue. Comes before the confirm of the same message.</summary>
    /// <param name="message">Lent: its body is the transport's memory and must be copied if it is to outlive the call.</param>
    void OnReturned(in ReturnedMessage message);
}
