using System.Diagnostics;

namespace BrokerServe.Worker.Scheduling;

/// <summary>
/// Held queries by deadline: a binary heap whose members know their place, so that an answered query leaves it at once.
/// </summary>
/// <remarks>
/// Leaving late is no choice: at 100,000 queries a second with deadlines of 30 s, 3 million answered ones would wait to be forgotten.
/// Deadlines mostly arrive in ascending order, and then joining costs one comparison.
/// </remarks>
internal sealed class DeadlineHeap
{
    private readonly List<HeldQuery> _heap = [];

    public int Count => _heap.Count;

    /// <summary>The earliest deadline; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextMs => _heap.Count == 0 ? long.MaxValue : _heap[0].DeadlineMs;

    public void Add(HeldQuery query)
    {
        Debug.Assert(query.HeapIndex < 0, "A query has one deadline.");
        _heap.Add(query);
        Rise(_heap.Count - 1, query);
    }

    /// <summary>Takes a query out; nothing when it is not in.</summary>
    public void Remove(HeldQuery query)
    {
        var index = query.HeapIndex;
        if (index < 0)
        {
            return;
        }

        query.HeapIndex = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (ReferenceEquals(last, query))
        {
            return;
        }

        // The last one takes the empty place and goes to where it belongs; only one of the two moves it.
        Sink(index, last);
        Rise(last.HeapIndex, last);
    }

    /// <summary>Takes out a query whose deadline is not after <paramref name="now"/>.</summary>
    public HeldQuery? TakeDue(long now)
    {
        if (NextMs > now)
        {
            return null;
        }

        var query = _heap[0];
        Remove(query);
        return query;
    }

    public void Clear()
    {
        foreach (var query in _heap)
        {
            query.HeapIndex = -1;
        }

        _heap.Clear();
    }

    private void Rise(int index, HeldQuery query)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (_heap[parent].DeadlineMs <= query.DeadlineMs)
            {
                break;
            }

            Place(index, _heap[parent]);
            index = parent;
        }

        Place(index, query);
    }

    private void Sink(int index, HeldQuery query)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _heap.Count)
            {
                break;
            }

            if (child + 1 < _heap.Count && _heap[child + 1].DeadlineMs < _heap[child].DeadlineMs)
            {
                child++;
            }

            if (_heap[child].DeadlineMs >= query.DeadlineMs)
            {
                break;
            }

            Place(index, _heap[child]);
            index = child;
        }

        Place(index, query);
    }

    private void Place(int index, HeldQuery query)
    {
        _heap[index] = query;
        query.HeapIndex = index;
    }
}
