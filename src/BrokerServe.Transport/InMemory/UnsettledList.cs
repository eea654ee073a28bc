using System.Diagnostics;

namespace BrokerServe.Transport.InMemory;

/// <summary>What a consumer was assigned and has not settled, by delivery tag. The newest part may still wait to be handed over.</summary>
/// <remarks>
/// Sorted, because tags only grow; settled entries leave holes that are closed when room is needed. A ring as wide as the
/// prefetch would not do: beside one delivery that stays unsettled, the tags of the others run away without bound.
/// </remarks>
internal sealed class UnsettledList
{
    private Slot[] _slots = new Slot[16];
    private int _first;
    private int _end;
    private ulong _lastTag;

    /// <summary>How many entries are unsettled, handed over or not.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them wait to be handed over: the newest ones.</summary>
    public int ToHand { get; private set; }

    /// <summary>The newest tag that was handed over; 0 when none was.</summary>
    public ulong LastHanded => _lastTag - (ulong)ToHand;

    /// <summary>Assigns an entry and gives it the next tag.</summary>
    public void Add(in QueueEntry entry)
    {
        if (_end == _slots.Length)
        {
            Compact();
        }

        _slots[_end++] = new Slot(++_lastTag, entry);
        Count++;
        ToHand++;
    }

    /// <summary>Hands over the oldest entry that waits for it; there must be one.</summary>
    public (ulong Tag, QueueEntry Entry) Hand()
    {
        Debug.Assert(ToHand > 0, "Nothing waits to be handed over.");
        ref var slot = ref _slots[_end - ToHand--];
        slot = slot with { Entry = slot.Entry with { Deliveries = slot.Entry.Deliveries + 1 } };
        return (slot.Tag, slot.Entry);
    }

    /// <summary>Takes back what waits to be handed over, newest first.</summary>
    public bool TryTakeUnhanded(out QueueEntry entry)
    {
        entry = default;
        if (ToHand == 0)
        {
            return false;
        }

        entry = _slots[--_end].Entry;
        _slots[_end] = default;
        _lastTag--;
        ToHand--;
        Count--;
        return true;
    }

    /// <summary>Settles one entry that was handed over; false for any other tag.</summary>
    public bool TryTake(ulong tag, out QueueEntry entry)
    {
        var index = Find(tag);
        if (index < 0)
        {
            entry = default;
            return false;
        }

        entry = TakeAt(index);
        return true;
    }

    /// <summary>Settles the oldest entry that was handed over and whose tag is not above <paramref name="upTo"/>.</summary>
    public bool TryTakeOldest(ulong upTo, out QueueEntry entry)
    {
        entry = default;
        if (_first == _end - ToHand || _slots[_first].Tag > upTo)
        {
            return false;
        }

        entry = TakeAt(_first);
        return true;
    }

    private QueueEntry TakeAt(int index)
    {
        var entry = _slots[index].Entry;
        _slots[index] = new Slot(_slots[index].Tag, default);
        Count--;
        while (_first < _end && _slots[_first].IsHole)
        {
            _slots[_first++] = default;
        }

        if (_first == _end)
        {
            (_first, _end) = (0, 0);
        }

        return entry;
    }

    /// <summary>Where a tag is that was handed over; -1 when nowhere.</summary>
    private int Find(ulong tag)
    {
        var (low, high) = (_first, _end - ToHand - 1);
        if (low > high || tag < _slots[low].Tag || tag > _slots[high].Tag)
        {
            return -1;
        }

        // Without closed holes in between, the distance in tags is the distance in slots; with some, it is too far.
        var guess = (ulong)low + (tag - _slots[low].Tag);
        if (guess <= (ulong)high)
        {
            high = (int)guess;
            low = _slots[high].Tag == tag ? high : low;
        }

        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_slots[middle].Tag == tag)
            {
                return _slots[middle].IsHole ? -1 : middle;
            }

            (low, high) = _slots[middle].Tag < tag ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Closes the holes; at least half of the room is free afterwards, so each entry is moved once on average.</summary>
    private void Compact()
    {
        var kept = 0;
        for (var i = _first; i < _end; i++)
        {
            if (!_slots[i].IsHole)
            {
                _slots[kept++] = _slots[i];
            }
        }

        Array.Clear(_slots, kept, _end - kept);
        (_first, _end) = (0, kept);
        if (kept > _slots.Length / 2)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }
    }

    private readonly record struct Slot(ulong Tag, QueueEntry Entry)
    {
        public bool IsHole => Entry.Message is null;
    }
}
