using System.Numerics;
using BrokerServe.Client.Calls;
using BrokerServe.Transport.Supervision;

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

    private readonly ulong[] _entries; // CallId, with OneWay; 0 where nothing is outstanding. Of a frame the first call's.
    private readonly (ulong Sequence, Pipeline Pipeline, CallId[]? Frame)[] _messages; // All calls of a frame; null where a message is one call.
    private readonly int _mask;
    private ulong _watermark; // Everything up to here was answered by a multiple confirm. The reading thread's own.
    private int _full;

    /// <summary>Makes a window for at least as many as can be outstanding.</summary>
    public ConfirmWindow(int size)
    {
        _entries = new ulong[BitOperations.RoundUpToPowerOf2((uint)size)];
        _messages = new (ulong, Pipeline, CallId[]?)[_entries.Length];
        _mask = _entries.Length - 1;
    }

    /// <summary>Whether the next sequence number has a place; notes that somebody waits if not.</summary>
    public bool HasRoomFor(ulong sequence)
    {
        ref var entry = ref _entries[IndexOf(sequence)];
        if (Volatile.Read(ref entry) == 0)
        {
            return true;
        }

        // Say that somebody waits, then look again: a confirm in between either empties the entry before this look, or sees the flag.
        Interlocked.Exchange(ref _full, 1);
        return Volatile.Read(ref entry) == 0;
    }

    /// <summary>Notes a call before it is published under that number.</summary>
    public void Add(ulong sequence, CallId call, bool oneWay, Pipeline pipeline)
    {
        pipeline.Enter();
        _messages[IndexOf(sequence)] = (sequence, pipeline, null);

        // Release: who sees the entry sees what belongs to it.
        Volatile.Write(ref _entries[IndexOf(sequence)], call.Value | (oneWay ? OneWay : 0));
    }

    /// <summary>Notes the calls of a frame before it is published under that number.</summary>
    public void Add(ulong sequence, CallId[] frame, Pipeline pipeline)
    {
        pipeline.Enter();
        _messages[IndexOf(sequence)] = (sequence, pipeline, frame);
        Volatile.Write(ref _entries[IndexOf(sequence)], frame[0].Value);
    }

    /// <summary>Takes back what was noted, because it was not published.</summary>
    public void Remove(ulong sequence)
    {
        if (TryTakeEntry(IndexOf(sequence), sequence, out var message))
        {
            message.Pipeline.Leave();
        }
    }

    /// <summary>Takes the first outstanding message of an answer out of the window; call it until it is false.</summary>
    /// <param name="sequence">The number that was answered.</param>
    /// <param name="multiple">Everything up to it was answered.</param>
    /// <param name="cursor">0 at first; where to go on.</param>
    /// <param name="message">What it was.</param>
    public bool TryTake(ulong sequence, bool multiple, ref ulong cursor, out Outstanding message)
    {
        if (cursor == 0)
        {
            // A ring's length behind is as far back as anything can be outstanding.
            var oldest = sequence > (ulong)_entries.Length ? sequence - (ulong)_entries.Length : 0;
            cursor = multiple ? Math.Max(_watermark, oldest) + 1 : sequence;
        }

        for (; cursor <= sequence; cursor++)
        {
            if (TryTakeEntry(IndexOf(cursor), cursor, out message))
            {
                cursor++;
                return true;
            }
        }

        if (multiple && sequence > _watermark)
        {
            _watermark = sequence;
        }

        message = default;
        return false;
    }

    /// <summary>Takes any outstanding message out of the window, when its channel has ended; false when none is left.</summary>
    public bool TryTakeAny(ref int cursor, out Outstanding message)
    {
        for (; cursor < _entries.Length; cursor++)
        {
            if (TryTakeEntry(cursor, sequence: null, out message))
            {
                cursor++;
                return true;
            }
        }

        message = default;
        return false;
    }

    /// <summary>Whether somebody waits for room; forgets it.</summary>
    public bool TakeFull() => Volatile.Read(ref _full) == 1 && Interlocked.Exchange(ref _full, 0) == 1;

    private bool TryTakeEntry(int index, ulong? sequence, out Outstanding message)
    {
        ref var entry = ref _entries[index];
        var seen = Volatile.Read(ref entry);

        // These belong to the entry that was seen: no call's id comes twice, so the exchange fails if another has taken its place since.
        // And an answer to all up to some number reaches back a ring's length, where higher numbers may have places by now.
        var (stored, pipeline, frame) = _messages[index];
        if (seen == 0 || (sequence is { } wanted && stored != wanted) || Interlocked.CompareExchange(ref entry, 0, seen) != seen)
        {
            message = default;
            return false;
        }

        message = new Outstanding(new CallId(seen & ~OneWay), (seen & OneWay) != 0, pipeline, frame);
        return true;
    }

    private int IndexOf(ulong sequence) => (int)(sequence & (ulong)_mask);
}
