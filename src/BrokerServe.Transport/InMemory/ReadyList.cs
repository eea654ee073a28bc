using System.Diagnostics;
using System.Numerics;

namespace BrokerServe.Transport.InMemory;

/// <summary>What waits in a queue, by position: taken at the head, added at the tail, and put back where it was.</summary>
internal sealed class ReadyList
{
    private const int Smallest = 16;

    // A backlog that comes and goes must not cost a new array each time: 640 KB are kept. The array of a rare, huge one is given up.
    private const int LargestKeptWhenEmpty = 16_384;

    private QueueEntry[] _ring = new QueueEntry[Smallest];
    private int _head;

    /// <summary>How many entries wait.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest; there must be one.</summary>
    public ref readonly QueueEntry Head => ref At(0);

    /// <summary>Adds the newest entry.</summary>
    public void Add(in QueueEntry entry)
    {
        Debug.Assert(Count == 0 || At(Count - 1).Position < entry.Position, "New entries have new positions.");
        Append(entry);
    }

    /// <summary>Takes the oldest entry; there must be one.</summary>
    public QueueEntry Take()
    {
        Debug.Assert(Count > 0, "Nothing waits.");
        ref var head = ref At(0);
        var entry = head;
        head = default;
        _head = (_head + 1) & (_ring.Length - 1);
        if (--Count == 0 && _ring.Length > LargestKeptWhenEmpty)
        {
            (_ring, _head) = (new QueueEntry[Smallest], 0);
        }

        return entry;
    }

    /// <summary>Puts an entry back to its position. It moves what is older than the entry, which nearly always is nothing.</summary>
    public void PutBack(in QueueEntry entry)
    {
        Grow();
        _head = (_head - 1) & (_ring.Length - 1);
        Count++;
        var index = 0;
        for (; index + 1 < Count && At(index + 1).Position < entry.Position; index++)
        {
            At(index) = At(index + 1);
        }

        At(index) = entry;
    }

    /// <summary>Takes out every entry that matches, for the rare sweep.</summary>
    public List<QueueEntry> TakeWhere(Predicate<QueueEntry> match)
    {
        var taken = new List<QueueEntry>();
        for (var left = Count; left > 0; left--)
        {
            var entry = Take();
            if (match(entry))
            {
                taken.Add(entry);
            }
            else
            {
                // Once around the ring: the order stays.
                Append(entry);
            }
        }

        return taken;
    }

    private ref QueueEntry At(int index) => ref _ring[(_head + index) & (_ring.Length - 1)];

    private void Append(in QueueEntry entry)
    {
        Grow();
        At(Count++) = entry;
    }

    private void Grow()
    {
        if (Count < _ring.Length)
        {
            return;
        }

        var larger = new QueueEntry[(int)BitOperations.RoundUpToPowerOf2((uint)Count + 1)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = At(i);
        }

        (_ring, _head) = (larger, 0);
    }
}
