using BrokerServe.Transport;

namespace BrokerServe.RabbitMq.Publishing;

/// <summary>What the broker answers on one channel of a publisher, in the publisher's numbers.</summary>
/// <remarks>
/// Some answers on a channel that was left may come later than answers on its successor. So long as they may, the successor passes on one by
/// one what the broker answers together: "everything up to this" is about one channel.
/// The publishing loop follows and leaves; answers come on the connection's reading thread.
/// </remarks>
internal sealed class ChannelAnswers(IPublisherEvents? events)
{
    private readonly ConfirmTally _tally = new();
    private ChannelAnswers? _predecessor;
    private ulong _before; // The publisher's number of the last message before this channel.
    private ulong _last = ulong.MaxValue; // This channel's number of its last message, once it is left.

    /// <summary>The channel was left, and everything on it is answered.</summary>
    public bool IsOver => _tally.Through >= Volatile.Read(ref _last);

    /// <summary>The channel before this one may still say something.</summary>
    public bool IsBeside => Volatile.Read(ref _predecessor) is { IsOver: false };

    /// <summary>From now on messages are published on this channel and not on another any more. For the publishing loop.</summary>
    /// <param name="predecessor">The other channel.</param>
    /// <param name="before">The publisher's number of the last message on it.</param>
    public void Follow(ChannelAnswers predecessor, ulong before)
    {
        _before = before;
        Volatile.Write(ref _predecessor, predecessor);

        // A full fence: whoever of the two is second, this loop or the thread with the last answer, sees that the channel is over.
        Interlocked.Exchange(ref predecessor._last, before - predecessor._before);
    }

    /// <summary>Passes an answer on. For the reading thread.</summary>
    /// <param name="number">The number of the message on this channel.</param>
    /// <param name="multiple">It is for every message up to that one.</param>
    /// <param name="refused">It is a no.</param>
    public void Add(ulong number, bool multiple, bool refused)
    {
        if (!IsBeside)
        {
            Volatile.Write(ref _predecessor, null);
        }

        if (!multiple || _predecessor is null)
        {
            Tell(number, multiple, refused);
        }
        else
        {
            for (var each = _tally.Through + 1; each <= number; each++)
            {
                if (!_tally.Has(each))
                {
                    Tell(each, multiple: false, refused);
                }
            }
        }

        _tally.Add(number, multiple);
        Interlocked.MemoryBarrier();
    }

    private void Tell(ulong number, bool multiple, bool refused)
    {
        if (refused)
        {
            events!.OnRefused(_before + number, multiple);
        }
        else
        {
            events!.OnConfirmed(_before + number, multiple);
        }
    }
}
