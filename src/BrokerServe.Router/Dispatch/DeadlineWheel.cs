using System.Diagnostics;

namespace BrokerServe.Router.Dispatch;

/// <summary>Finds the requests whose deadline has passed: a hashed timing wheel, so that adding and removing are one step each.</summary>
/// <remarks>
/// <para>Owned by one dispatch loop. A deadline is noticed at the next tick after it, so up to <see cref="TickMs"/> late.</para>
/// <para>Source: G. Varghese and T. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 6.</para>
/// </remarks>
internal sealed class DeadlineWheel
{
    /// <summary>How often the wheel is turned. 16 ms: no caller can tell, and 60 turns a second cost nothing.</summary>
    public const int TickMs = 16;

    /// <summary>2,048 slots go round once in 33 s, a little more than the default deadline of 30 s: few entries are looked at twice.</summary>
    private const int Slots = 2_048;

    private readonly Request?[] _slots = new Request?[Slots];
    private long _turnedTo = -1; // The last tick that was looked at.

    /// <summary>Requests on the wheel.</summary>
    public int Count { get; private set; }

    public void Add(Request request, long nowMs)
    {
        if (Count == 0)
        {
            // An empty wheel need not be turned through the time that it slept.
            _turnedTo = (nowMs / TickMs) - 1;
        }

        // A deadline that has passed already is due at the next tick.
        var tick = Math.Max((request.DeadlineMs + TickMs - 1) / TickMs, _turnedTo + 1);
        var slot = (int)(tick % Slots);
        Debug.Assert(request.WheelSlot < 0, "A request is on the wheel once.");
        request.WheelSlot = slot;
        request.WheelPrevious = null;
        request.WheelNext = _slots[slot];
        if (_slots[slot] is { } head)
        {
            head.WheelPrevious = request;
        }

        _slots[slot] = request;
        Count++;
    }

    /// <summary>Takes a request off; no error when it is not on.</summary>
    public void Remove(Request request)
    {
        if (request.WheelSlot < 0)
        {
            return;
        }

        if (request.WheelPrevious is null)
        {
            _slots[request.WheelSlot] = request.WheelNext;
        }
        else
        {
            request.WheelPrevious.WheelNext = request.WheelNext;
        }

        if (request.WheelNext is not null)
        {
            request.WheelNext.WheelPrevious = request.WheelPrevious;
        }

        request.WheelNext = request.WheelPrevious = null;
        request.WheelSlot = -1;
        Count--;
    }

    /// <summary>Takes off every request whose deadline is at or before <paramref name="nowMs"/>.</summary>
    public void Advance(long nowMs, List<Request> due)
    {
        var target = nowMs / TickMs;
        if (Count == 0 || target <= _turnedTo)
        {
            return;
        }

        // After a long sleep every slot is looked at once, not once per round missed.
        for (var tick = Math.Max(_turnedTo + 1, target - Slots + 1); tick <= target; tick++)
        {
            for (var request = _slots[tick % Slots]; request is not null;)
            {
                var next = request.WheelNext;
                if (request.DeadlineMs <= nowMs)
                {
                    Remove(request);
                    due.Add(request);
                }

                request = next;
            }
        }

        _turnedTo = target;
    }
}
