using BrokerServe.Transport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Events;

namespace BrokerServe.RabbitMq.Publishing;

/// <content>
/// Which channel is published on. Up to RabbitMQ 3.12.4 a channel whose first message to a quorum queue comes when the node that led it has
/// just died refuses every message to that queue until that node is back, though the others have a leader long since
/// (<c>rabbit_fifo_client:enqueue/3</c> asks the leader that the channel was born with, and no other). A channel that is opened later knows
/// better. Nobody can tell that from a full queue, so a refusal opens another one in any case, at the <see cref="ChannelPace"/>.
/// <para>
/// Two are in use at most: the one that was left closes when the broker has answered for everything on it, and until then no third is opened.
/// </para>
/// </content>
internal sealed partial class RabbitMqPublisher
{
    private readonly ILogger _logger;
    private readonly ChannelPace _pace = new(TimeProvider.System); // The reading thread's own.
    private PublishChannel _channel; // The publishing loop's own to write.
    private PublishChannel? _next; // Open, and taken by the next message.
    private PublishChannel? _left;
    private bool _isOpening;

    /// <summary>The broker has refused a message. For the connection's reading thread.</summary>
    public void OnRefused(PublishChannel channel)
    {
        if (!Volatile.Read(ref _isOpening) && Volatile.Read(ref _next) is null
            && Volatile.Read(ref _channel) == channel && !channel.IsBeside
            && Gate.IsOpen && !_connection.IsBlocked && _pace.TryTakeTurn())
        {
            Volatile.Write(ref _isOpening, true);
            _ = OpenNextAsync();
        }
    }

    /// <summary>A channel has ended that was not to be closed: with it the publisher.</summary>
    public void OnShutdown(ShutdownEventArgs reason)
    {
        Volatile.Write(ref _shutdown, reason);
        Gate.Shut();
    }

    // For the publishing loop. In this order: who finds no next one finds the channel that it has become, and who finds that finds the one before.
    private void TakeNextChannel()
    {
        if (Volatile.Read(ref _next) is { } next)
        {
            var left = _channel;
            Volatile.Write(ref _left, left);
            Volatile.Write(ref _channel, next);
            Volatile.Write(ref _next, null);
            next.Follow(left, NextSequence - 1);
        }
    }

    private async Task OpenNextAsync()
    {
        Log.PublishesOnAnotherChannel(_logger, _connection.Name);
        try
        {
            // Not given up when the publisher is disposed: the library would leave a channel open that nobody knows.
            var channel = await _connection.OpenPublishChannelAsync(confirms: true, CancellationToken.None).ConfigureAwait(false);
            var next = new PublishChannel(this, channel, _events);
            Interlocked.Exchange(ref _next, next);
            if (!Gate.IsOpen)
            {
                // Disposal may have looked before there was something to close.
                await next.CloseAsync().ConfigureAwait(false);
            }
        }
        catch (BrokerException)
        {
            // The connection ends, or has all the channels it may have: then the one there is goes on, and a later refusal asks again.
        }
        finally
        {
            Volatile.Write(ref _isOpening, false);
        }
    }

    private Task CloseChannelsAsync()
    {
        var next = Volatile.Read(ref _next);
        var channel = Volatile.Read(ref _channel);
        var left = Volatile.Read(ref _left);
        return Task.WhenAll(new[] { next, channel, left }.OfType<PublishChannel>().Select(open => open.CloseAsync()));
    }
}
