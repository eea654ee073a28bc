using System.Diagnostics;

namespace BrokerServe.Transport.Supervision;

/// <summary>The delivery tags below the highest settled one that are not settled themselves.</summary>
/// <remarks>
/// A bitmap as wide as the prefetch would not do: while one delivery stays open the tags of those that come and go beside it
/// run away without bound. Only their number is bounded, by the prefetch, and so is this list, sorted because tags only grow.
/// </remarks>
internal sealed class OpenTags
{
    private const ulong Closed = 1UL << 63;

    private ulong[] _tags = new ulong[16];
    private int _first;
    private int _end;
    private ulong _highest;

    /// <summary>Every tag below this one is settled.</summary>
    public ulong Oldest => _first == _end ? _highest + 1 : _tags[_first];

    /// <summary>Notes that a tag is settled; false when it was before, or can not have been delivered.</summary>
    public bool TryClose(ulong tag) => tag > _highest ? TryAdvance(tag) : TryRemove(tag);

    private bool TryAdvance(ulong tag)
    {
        // Whoever settles this tag holds all those it jumps over, and nobody holds more than the largest prefetch.
        if (tag - _highest > ConsumerOptions.MaxPrefetch)
        {
            return false;
        }

        for (var open = _highest + 1; open < tag; open++)
        {
            Append(open);
        }

        _highest = tag;
        return true;
    }

    private bool TryRemove(ulong tag)
    {
        var index = Find(tag);
        if (index < 0)
        {
            return false;
        }

        _tags[index] |= Closed;
        while (_first < _end && (_tags[_first] & Closed) != 0)
        {
            _first++;
        }

        return true;
    }

    private int Find(ulong tag)
    {
        var (low, high) = (_first, _end - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var candidate = _tags[middle] & ~Closed;
            if (candidate == tag)
            {
                return (_tags[middle] & Closed) == 0 ? middle : -1;
            }

            (low, high) = candidate < tag ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private void Append(ulong tag)
    {
        if (_end == _tags.Length)
        {
            Compact();
        }

        _tags[_end++] = tag;
    }

    /// <summary>Moves what is open to the front; at least half of the room is free afterwards, so each tag is moved once on average.</summary>
    private void Compact()
    {
        var open = 0;
        for (var i = _first; i < _end; i++)
        {
            if ((_tags[i] & Closed) == 0)
            {
                _tags[open++] = _tags[i];
            }
        }

        (_first, _end) = (0, open);
        if (open > _tags.Length / 2)
        {
            Array.Resize(ref _tags, _tags.Length * 2);
        }

        Debug.Assert(_end < _tags.Length, "There is room for one more.");
    }
}
