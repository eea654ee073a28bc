using BrokerServe.Transport;

namespace BrokerServe.Router.ControlLog;

/// <summary>Goes through the control log from a state on, and sees to it that nothing is missing in between.</summary>
internal sealed class ControlCursor(ControlState state)
{
    private readonly long _known = state.Offset; // The reading begins with this entry, which is known already; -1: with the very first.
    private bool _joined;

    /// <summary>What was read so far comes to this.</summary>
    public ControlState State { get; private set; } = state;

    /// <summary>Where to begin reading.</summary>
    public StreamPosition From => _known < 0 ? StreamPosition.First : StreamPosition.At(_known);

    /// <summary>Takes the next entry.</summary>
    /// <returns>What became of it, when it is a change that was not known yet.</returns>
    /// <exception cref="ControlLogBrokenException">The log does not go on where the state ends.</exception>
    public ControlOutcome? Take(StreamEntry next)
    {
        if (!_joined)
        {
            Join(next);
            _joined = true;
            if (next.Offset == _known)
            {
                return null;
            }
        }

        State = State.Apply(next.Offset, next.Entry, next.Tail, out var outcome);
        return outcome;
    }

    /// <summary>Looks at the offset of an entry that was appended just now.</summary>
    /// <exception cref="ControlLogBrokenException">The log ends before what is known of it.</exception>
    public void CheckEnd(long offset)
    {
        if (offset <= _known)
        {
            throw Anew();
        }
    }

    private void Join(StreamEntry first)
    {
        if (first.Offset == _known && first.Tail != State.Tail)
        {
            throw Anew();
        }

        if (_known < 0 ? first.Offset > 0 : first.Offset > _known)
        {
            throw new ControlLogBrokenException(
                $"The control log begins at offset {first.Offset}, and what is known of it ends at {_known}: what was in between has been cut off. "
                + "Let the policies of its streams keep more.");
        }
    }

    private ControlLogBrokenException Anew() => new(
        $"The control log is not the one that is known up to offset {_known}: it was deleted and made anew. "
        + "Delete its snapshots too, bring what is to be served into the log, and start the routers anew.");
}
