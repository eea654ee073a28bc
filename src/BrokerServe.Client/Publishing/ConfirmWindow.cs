using System.Numerics;
using BrokerServe.Client.Calls;

namespace BrokerServe.Client.Publishing;

/// <summary>What was published on one channel and is not confirmed, in a ring by sequence number.</summary>
/// <remarks>
/// The publishing loop fills entries; the connection's reading thread, and at the end of the connection its session, empty them,
/// each by one exchange: whoever gets the call out of the ring says how the publish ended, once.
/// </remarks>
internal sealed class ConfirmWindow
{
    // Set in an entry whose request expects no reply: its confirm ends the call. Ids have 64 bits in theory, 63 for ten thousand years.
    private const ulong OneWay = 1UL << 63;

    private readonly ulong[] _entries; // CallId, with OneWay; 0 where nothing is outstanding.
    private readonly int _mask;
    private ulong _watermark; // Everything up to here was answered by a multiple confirm. The reading thread's own.
    private int _full;

    /// <summary>Makes a window for at least as many as can be outstanding.</summary>
    public ConfirmWindow(int size)
    {
        _entries = new ulong[BitOperations.RoundUpToPowerOf2((uint)size)];
        _mask = _entries.Length - 1;
    }

    /// <summary>Whether the next sequence number has a place; notes that somebody waits if not.</summary>
    public bool HasRoomFor(ulong sequence)
    {
        if (Volatile.Read(ref Entry(sequence)) == 0)
        {
            return true;
        }

        // Say that somebody waits, then look again: a confirm in between either empties the entry before this look, or sees the flag.
        Interlocked.Exchange(ref _full, 1);
        return Volatile.Read(ref Entry(sequence)) == 0;
    }

    /// <summary>Notes a call before it is published under that number.</summary>
    public void Add(ulong sequence, CallId call, bool oneWay) =>
        Volatile.Write(ref Entry(sequence), call.Value | (oneWay ? OneWay : 0));

    /// <summary>Takes back what <see cref="Add"/> noted, because it was not published.</summary>
    public void Remove(ulong sequence) => Volatile.Write(ref Entry(sequence), 0);

    /// <summary>Takes the first outstanding call of an answer out of the window; call it until it is false.</summary>
    /// <param name="sequence">The number that was answered.</param>
    /// <param name="multiple">Everything up to it was answered.</param>
    /// <param name="cursor">0 at first; where to go on.</param>
    /// <param name="call">The call.</param>
    /// <param name="oneWay">It expects no reply.</param>
    public bool TryTake(ulong sequence, bool multiple, ref ulong cursor, out CallId call, out bool oneWay)
    {
        if (cursor == 0)
        {
            // A ring's length behind is as far back as anything can be outstanding.
            var oldest = sequence > (ulong)_entries.Length ? sequence - (ulong)_entries.Length : 0;
            cursor = multiple ? Math.Max(_watermark, oldest) + 1 : sequence;
        }

        for (; cursor <= sequence; cursor++)
        {
            if (TryTakeEntry(ref Entry(cursor), out call, out oneWay))
            {
                cursor++;
                return true;
            }
        }

        if (multiple && sequence > _watermark)
        {
            _watermark = sequence;
        }

        call = default;
        oneWay = false;
        return false;
    }

    /// <summary>Takes any outstanding call out of the window, when its channel has ended; false when none is left.</summary>
    public bool TryTakeAny(ref int cursor, out CallId call)
    {
        for (; cursor < _entries.Length; cursor++)
        {
            if (TryTakeEntry(ref _entries[cursor], out call, out _))
            {
                cursor++;
                return true;
            }
        }

        call = default;
        return false;
    }

    /// <summary>Whether somebody waits for room; forgets it.</summary>
    public bool TakeFull() => Volatile.Read(ref _full) == 1 && Interlocked.Exchange(ref _full, 0) == 1;

    private static bool TryTakeEntry(ref ulong entry, out CallId call, out bool oneWay)
    {
        var taken = Volatile.Read(ref entry) == 0 ? 0 : Interlocked.Exchange(ref entry, 0);
        call = new CallId(taken & ~OneWay);
        oneWay = (taken & OneWay) != 0;
        return taken != 0;
    }

    private ref ulong Entry(ulong sequence) => ref _entries[(int)(sequence & (ulong)_mask)];
}
