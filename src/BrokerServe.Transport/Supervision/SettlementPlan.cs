namespace BrokerServe.Transport.Supervision;

/// <summary>Decides which acks say what was settled: one for the contiguous prefix, single ones for the rest.</summary>
/// <remarks>
/// Pure, for one thread. A turn is: note what was said, <see cref="Decide"/>, then send <see cref="Requeues"/>, the
/// <see cref="Prefix"/> and the <see cref="Singles"/>, in this order: the prefix ack reaches over requeued tags, which the broker
/// must have taken back before.
/// </remarks>
internal sealed class SettlementPlan(int prefetch)
{
    private readonly OpenTags _open = new();
    private readonly List<ulong> _requeues = [];
    private readonly List<ulong> _singles = [];
    private readonly List<ulong> _unsent = new(Math.Min(prefetch, 64));
    private int _held;

    /// <summary>Tags to give back now.</summary>
    public IReadOnlyList<ulong> Requeues => _requeues;

    /// <summary>The tag of the ack that covers the contiguous prefix; 0 when nothing is to be said about it.</summary>
    public ulong Prefix { get; private set; }

    /// <summary>Whether that ack covers more than its own tag.</summary>
    public bool PrefixIsMultiple { get; private set; }

    /// <summary>Tags to acknowledge one by one now.</summary>
    public IReadOnlyList<ulong> Singles => _singles;

    /// <summary>Acks are held back until the next turn, which must come by itself.</summary>
    public bool Holds => _held > 0;

    /// <summary>Notes that a delivery is done with. One that was settled before is ignored.</summary>
    public void Settle(ulong tag)
    {
        if (_open.TryClose(tag))
        {
            _unsent.Add(tag);
        }
    }

    /// <summary>Notes that a delivery goes back. One that was settled before is ignored.</summary>
    public void Requeue(ulong tag)
    {
        if (_open.TryClose(tag))
        {
            _requeues.Add(tag);
        }
    }

    /// <summary>Fills the properties with what is to be sent in this turn.</summary>
    /// <param name="everything">Hold nothing back: there will be no further turn.</param>
    public void Decide(bool everything)
    {
        // An ack above a gap waits one turn: neighbours finish nearly together, and then one prefix ack says it all. Never longer,
        // because the consumer's credit stays taken meanwhile.
        var firstNew = everything ? _unsent.Count : _held;
        var (covered, held) = (0, 0);
        var settledBelow = _open.Oldest;
        for (var i = 0; i < _unsent.Count; i++)
        {
            var tag = _unsent[i];
            if (tag < settledBelow)
            {
                // The ack names a tag that the broker still waits for: the largest of these, not simply the end of the prefix.
                Prefix = Math.Max(Prefix, tag);
                covered++;
            }
            else if (i < firstNew)
            {
                _singles.Add(tag);
            }
            else
            {
                _unsent[held++] = tag;
            }
        }

        PrefixIsMultiple = covered > 1;
        _unsent.RemoveRange(held, _unsent.Count - held);
        _held = held;
    }

    /// <summary>Forgets what was sent.</summary>
    public void Sent()
    {
        _requeues.Clear();
        _singles.Clear();
        (Prefix, PrefixIsMultiple) = (0, false);
    }
}
