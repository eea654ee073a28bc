namespace BrokerServe.Transport;

/// <summary>One channel to publish on.</summary>
/// <remarks>For one publishing loop: calls must not overlap. Disposing closes the channel.</remarks>
public interface IPublisher : IAsyncDisposable
{
    /// <summary>Fires once when the channel or its connection has closed. No event of this publisher follows its firing.</summary>
    CancellationToken Closed { get; }

    /// <summary>The number that the next message will have in <see cref="IPublisherEvents"/>; counts from 1.</summary>
    ulong NextSequence { get; }

    /// <summary>Hands one message to the broker's socket.</summary>
    /// <returns>
    /// When the socket's buffer took it; body and headers are the caller's again then. It is not a confirm. While the broker reads nothing
    /// (<see cref="IBrokerConnection.IsBlocked"/>, or the memory of the one in this process is full) that takes as long as it lasts.
    /// </returns>
    /// <exception cref="BrokerException">
    /// <see cref="BrokerFault.TooLarge"/>: refused here, nothing was sent, no number was spent, the channel is as good as before.
    /// Anything else: the channel has ended; whether the broker has the message is unknown.
    /// </exception>
    ValueTask PublishAsync(in OutboundMessage message);
}
