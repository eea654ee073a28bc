using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Router.Egress;

/// <summary>The publishing loop for messages that need no confirm: takes frames from any thread and writes them in order.</summary>
/// <remarks>
/// Bounded by the frame credit of each dispatch loop, and by the numbers of replicas and reports. What waits when a connection comes up
/// was meant for the one before it and is discarded: whatever became of those queries, sync finds out, and the rest is said again.
/// </remarks>
internal sealed partial class FramePublisher(RouterClock clock, ILogger<FramePublisher> logger)
{
    /// <summary>A write that takes so long is no longer a busy socket: half a second, so that a heartbeat of one in three may be left out.</summary>
    private const int StalledAfterMs = 500;

    private const long NotWaiting = -1;

    private readonly Mailbox<OutboundFrame> _mailbox = new();
    private volatile bool _connected;
    private long _waitingSinceMs = NotWaiting;

    /// <summary>Whether there is a channel to write on.</summary>
    public bool IsConnected => _connected;

    /// <summary>Whether frames leave at the moment. Who repeats itself anyway need not post while they do not: without a connection, or
    /// while an alarm keeps the broker from reading.</summary>
    public bool IsKeepingUp
    {
        get
        {
            var waitingSinceMs = Volatile.Read(ref _waitingSinceMs);
            return _connected && (waitingSinceMs == NotWaiting || clock.NowMs - waitingSinceMs < StalledAfterMs);
        }
    }

    /// <summary>Everything was written, or there is no channel to write on. Any thread.</summary>
    public bool IsQuiet(ref long sleeps) => _mailbox.IsQuiet(ref sleeps) || !_connected;

    /// <summary>Adds a frame. Any thread.</summary>
    public void Post(OutboundFrame frame) => _mailbox.Post(frame);

    /// <summary>No more will be posted; <see cref="RunAsync"/> ends when what is there was written.</summary>
    public void Complete() => _mailbox.Complete();

    /// <summary>There is a new connection: discards what was meant for the last. Before anything is posted for this one, and <see cref="RunAsync"/> follows.</summary>
    public void Begin()
    {
        while (_mailbox.TryTake(out var frame))
        {
            frame.Leave();
        }

        _connected = true;
    }

    /// <summary>Writes on one channel until it closes, or until the mailbox is complete and empty. One call at a time.</summary>
    public async Task RunAsync(IPublisher publisher)
    {
        using var nudge = publisher.Closed.UnsafeRegister(static mailbox => ((Mailbox<OutboundFrame>)mailbox!).Nudge(), _mailbox);
        try
        {
            while (!publisher.Closed.IsCancellationRequested && await _mailbox.WaitAsync().ConfigureAwait(false))
            {
                while (!publisher.Closed.IsCancellationRequested && _mailbox.TryTake(out var frame))
                {
                    await WriteAsync(publisher, frame).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _connected = false;
        }
    }

    private async ValueTask WriteAsync(IPublisher publisher, OutboundFrame frame)
    {
        try
        {
            var writing = publisher.PublishAsync(
                new OutboundMessage(frame.Exchange, frame.RoutingKey, frame.Mandatory, frame.Properties, frame.Body));
            if (!writing.IsCompleted)
            {
                Volatile.Write(ref _waitingSinceMs, clock.NowMs);
            }

            await writing.ConfigureAwait(false);
        }
        catch (BrokerException exception) when (exception.Fault == BrokerFault.TooLarge)
        {
            LogTooLarge(frame.RoutingKey, exception.Message);
        }
        catch (BrokerException exception)
        {
            // Whether it arrived is unknown, which is what sync is for; the channel has closed, and the loop above sees it.
            LogNotWritten(frame.RoutingKey, exception.Message);
        }
        finally
        {
            Volatile.Write(ref _waitingSinceMs, NotWaiting);
            frame.Leave();
        }
    }

    [LoggerMessage(1101, LogLevel.Error, "A message for {RoutingKey} was not sent: {Reason}")]
    private partial void LogTooLarge(string routingKey, string reason);

    [LoggerMessage(1102, LogLevel.Debug, "The connection was lost with a message for {RoutingKey} on it: {Reason}")]
    private partial void LogNotWritten(string routingKey, string reason);
}
