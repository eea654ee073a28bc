namespace BrokerServe.Transport;

/// <summary>One subscription to one queue, with a channel of its own: delivery tags count 1, 2, 3, ... without gaps.</summary>
/// <remarks>
/// Settling is for one caller at a time; <see cref="Supervision.Settler"/> is that caller for code with many threads.
/// Disposing ends the subscription and gives what is unsettled back to the queue.
/// </remarks>
public interface IConsumer : IAsyncDisposable
{
    /// <summary>The queue that is consumed.</summary>
    string Queue { get; }

    /// <summary>Fires once when deliveries have ended: the queue was deleted, the channel or the connection closed, or <see cref="StopAsync"/> ran.</summary>
    CancellationToken Ended { get; }

    /// <summary>Starts deliveries; once per consumer.</summary>
    /// <param name="handler">Called for one delivery after the other, never two at once; the first may come before this returns.</param>
    /// <param name="cancellationToken">Gives up the attempt; it does not end the consumer.</param>
    /// <exception cref="BrokerException">
    /// <see cref="BrokerFault.NotFound"/> when there is no such queue, <see cref="BrokerFault.TopologyMismatch"/> when
    /// <see cref="ConsumerOptions.From"/> is said of one that is no stream. The consumer is over then.
    /// </exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken);

    /// <summary>Says that a delivery is done with; with <paramref name="multiple"/> also every unsettled one before it.</summary>
    /// <returns>When the broker's socket took the words; there is no answer to wait for. Quietly nothing once the channel is closed.</returns>
    ValueTask AckAsync(ulong deliveryTag, bool multiple);

    /// <summary>Gives a delivery back to the head of its queue, to be delivered again (marked redelivered), perhaps to another consumer.</summary>
    /// <remarks>Of a stream nothing comes again: what is given back counts as read.</remarks>
    /// <returns>As of <see cref="AckAsync"/>.</returns>
    ValueTask RequeueAsync(ulong deliveryTag);

    /// <summary>Stops deliveries; what was delivered can still be settled until the consumer is disposed.</summary>
    /// <returns>
    /// When no call of the handler is or will be under way. True when it was this that ended deliveries, as far as the broker has said; false
    /// when they had ended before: what was settled since then may not have been heard.
    /// </returns>
    /// <exception cref="BrokerException">The broker did not answer in time, or the connection was lost.</exception>
    /// <exception cref="OperationCanceledException">A call of the handler was still under way when the token was cancelled.</exception>
    ValueTask<bool> StopAsync(CancellationToken cancellationToken);
}
