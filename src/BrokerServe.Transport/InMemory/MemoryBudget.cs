using System.Diagnostics;

namespace BrokerServe.Transport.InMemory;

/// <summary>Counts the bytes that the broker holds, and lets publishers wait while they are too many.</summary>
/// <remarks>A message is let in while the count is below the limit, so the count exceeds it by at most one message.</remarks>
internal sealed class MemoryBudget
{
    private readonly long _max;
    private readonly long _sharedMax;
    private readonly long _slack;
    private readonly Lock _lock = new();
    private readonly List<RoomWait> _waiting = [];
    private long _used;
    private long _wakeBelow; // 0 while nobody waits; the count is never below 0.

    public MemoryBudget(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _max = maxBytes;
        _sharedMax = Math.Max(1, maxBytes / 4 * 3);

        // Publishers go on in runs, not one by one whenever a single message leaves.
        _slack = maxBytes / 16;
    }

    /// <summary>Bytes held now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Charges a message; false when there is no room, and then nothing was charged.</summary>
    public bool TryCharge(int bytes, bool shared)
    {
        if (Interlocked.Add(ref _used, bytes) - bytes < LimitFor(shared))
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Gives back what was charged.</summary>
    public void Release(int bytes)
    {
        var used = Interlocked.Add(ref _used, -bytes);
        Debug.Assert(used >= 0, "More was released than charged.");

        // The addition is a full fence before this read, and Wait has one between its write and its look at the count: either this
        // sees the waiter, or the waiter sees the room.
        if (used < Volatile.Read(ref _wakeBelow))
        {
            WakeSlow(used);
        }
    }

    /// <summary>Begins a wait; it ends when there is some room, which another publisher may take first, or by <see cref="RoomWait.End"/>.</summary>
    public RoomWait Wait(bool shared)
    {
        var limit = LimitFor(shared);
        var wait = new RoomWait(Math.Max(1, limit - _slack));
        lock (_lock)
        {
            _waiting.Add(wait);
            Interlocked.Exchange(ref _wakeBelow, Math.Max(_wakeBelow, wait.Below));
        }

        var used = Interlocked.Read(ref _used);
        if (used < wait.Below)
        {
            WakeSlow(used);
        }

        return wait;
    }

    private long LimitFor(bool shared) => shared ? _sharedMax : _max;

    private void WakeSlow(long used)
    {
        lock (_lock)
        {
            var below = 0L;
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                var wait = _waiting[i];
                if (used < wait.Below || wait.HasEnded)
                {
                    wait.End();
                    _waiting.RemoveAt(i);
                }
                else
                {
                    below = Math.Max(below, wait.Below);
                }
            }

            Volatile.Write(ref _wakeBelow, below);
        }
    }
}
