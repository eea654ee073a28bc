using System.Diagnostics.CodeAnalysis;
using BrokerServe.Client.Publishing;

namespace BrokerServe.Client.Calls;

/// <summary>All calls that are under way, addressed by the index in their <see cref="CallId"/>.</summary>
/// <remarks>
/// A fixed number of slots, made on first use and kept for ever; free ones form a stack, so that the same few are warm.
/// Deadlines lie in an array of their own: looking at all of them each 10 ms costs less than any order kept per call
/// (10,000 of them are 80 KB, read in a few microseconds).
/// </remarks>
internal sealed class CallTable
{
    private const int None = -1;

    // A caller may have its reply, and make its next call, before the publishing loop has let go of the slot; and while the broker is
    // away ended calls lie in the loop's queue until its next look. Such slots must not count against the callers' bound.
    private const int SlotsPerCall = 2;

    private readonly PendingCall?[] _slots;
    private readonly long[] _deadlines; // Milliseconds of the client's clock; long.MaxValue where no call is open.
    private readonly Mailbox _mailbox;
    private int _made;
    private long _free = Pack(None, 0); // Index of the newest free slot, below a counter that tells equal indices apart.
    private int _pending;
    private int _waitingEnded;

    public CallTable(int capacity, Mailbox mailbox)
    {
        Capacity = capacity;
        _slots = new PendingCall?[capacity * SlotsPerCall];
        _deadlines = new long[_slots.Length];
        Array.Fill(_deadlines, long.MaxValue);
        _mailbox = mailbox;
    }

    /// <summary>Most calls that can be under way.</summary>
    public int Capacity { get; }

    /// <summary>Most slots that can be in use; see <see cref="SlotsPerCall"/>.</summary>
    public int MaxSlots => _slots.Length;

    /// <summary>Calls under way.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Hands out a free slot; false when there are as many calls under way as there may be, or no slot is free.</summary>
    public bool TryRent([NotNullWhen(true)] out PendingCall? call)
    {
        call = Interlocked.Increment(ref _pending) <= Capacity ? PopFree() ?? Make() : null;
        if (call is null)
        {
            Interlocked.Decrement(ref _pending);
            return false;
        }

        return true;
    }

    /// <summary>Sets when a call times out; before it is opened.</summary>
    public void SetDeadline(PendingCall call, long deadlineMs) => Volatile.Write(ref _deadlines[call.Index], deadlineMs);

    /// <summary>Forgets when a call times out, because it has ended.</summary>
    public void ClearDeadline(int index) => Volatile.Write(ref _deadlines[index], long.MaxValue);

    /// <summary>Finds the slot that an id names; false when there never was one. The id's generation says whether it is still that call.</summary>
    public bool TryFind(CallId id, [NotNullWhen(true)] out PendingCall? call)
    {
        call = id.Index < _slots.Length ? Volatile.Read(ref _slots[id.Index]) : null;
        return call is not null;
    }

    /// <summary>The caller has its outcome, and is done with the slot.</summary>
    public void ReleaseByCaller(PendingCall call)
    {
        Release(call);
        Interlocked.Decrement(ref _pending);
    }

    /// <summary>The publishing loop is done with the slot.</summary>
    public void ReleaseByLoop(PendingCall call) => Release(call);

    /// <summary>Slots that were ever used, free ones included, in order of index.</summary>
    public ReadOnlySpan<PendingCall?> Slots => _slots.AsSpan(0, Math.Min(Volatile.Read(ref _made), _slots.Length));

    /// <summary>Finds the next slot from <paramref name="index"/> on whose deadline has come, or -1.</summary>
    public int NextExpired(int index, long nowMs)
    {
        var deadlines = _deadlines.AsSpan(0, Math.Min(Volatile.Read(ref _made), _slots.Length));
        for (var i = index; i < deadlines.Length; i++)
        {
            if (Volatile.Read(ref deadlines[i]) <= nowMs)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The slot at an index that <see cref="NextExpired"/> gave.</summary>
    public PendingCall? At(int index) => Volatile.Read(ref _slots[index]);

    /// <summary>Whether the deadline of whatever is open at the index has come.</summary>
    public bool HasExpired(int index, long nowMs) => Volatile.Read(ref _deadlines[index]) <= nowMs;

    /// <summary>Passes on that a sent call was given up.</summary>
    public void PostCancel(CancelMail cancel) => _mailbox.Post(cancel);

    /// <summary>Notes that mail lies about whose call has ended, so that the slot can be had again.</summary>
    public void OnWaitingCallEnded() => Volatile.Write(ref _waitingEnded, 1);

    /// <summary>Whether <see cref="OnWaitingCallEnded"/> was called since <see cref="TakeWaitingEnded"/>.</summary>
    public bool HasWaitingEnded => Volatile.Read(ref _waitingEnded) == 1;

    /// <summary>Whether <see cref="OnWaitingCallEnded"/> was called since the last time; for the publishing loop.</summary>
    public bool TakeWaitingEnded() => Volatile.Read(ref _waitingEnded) == 1 && Interlocked.Exchange(ref _waitingEnded, 0) == 1;

    /// <summary>Calls that wait for their outcomes. For tests: looks at each slot.</summary>
    public int CountOpen()
    {
        var count = 0;
        foreach (var call in Slots)
        {
            count += call is not null && (call.IsWaiting(out _) || call.IsSent(out _)) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Slots that are not free. For tests: looks at each of them.</summary>
    public int CountInUse()
    {
        var count = 0;
        foreach (var call in Slots)
        {
            count += call is { IsFree: false } ? 1 : 0;
        }

        return count;
    }

    private void Release(PendingCall call)
    {
        if (call.Release())
        {
            call.Clear();
            PushFree(call);
        }
    }

    private static long Pack(int index, uint count) => ((long)count << 32) | (uint)index;

    private PendingCall? PopFree()
    {
        while (true)
        {
            var head = Volatile.Read(ref _free);
            var index = (int)head;
            if (index == None)
            {
                return null;
            }

            // The slot may be taken and given back between these two reads; the counter in the head makes the exchange fail then.
            var call = _slots[index]!;
            if (Interlocked.CompareExchange(ref _free, Pack(call.NextFree, (uint)(head >> 32) + 1), head) == head)
            {
                return call;
            }
        }
    }

    private void PushFree(PendingCall call)
    {
        while (true)
        {
            var head = Volatile.Read(ref _free);
            call.NextFree = (int)head;
            if (Interlocked.CompareExchange(ref _free, Pack(call.Index, (uint)(head >> 32) + 1), head) == head)
            {
                return;
            }
        }
    }

    private PendingCall? Make()
    {
        if (Volatile.Read(ref _made) >= _slots.Length)
        {
            return null;
        }

        var index = Interlocked.Increment(ref _made) - 1;
        if (index >= _slots.Length)
        {
            return null;
        }

        var call = new PendingCall(this, index);
        Volatile.Write(ref _slots[index], call);
        return call;
    }
}
