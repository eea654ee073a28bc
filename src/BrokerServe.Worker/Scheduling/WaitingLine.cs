using System.Diagnostics;

namespace BrokerServe.Worker.Scheduling;

/// <summary>What waits for the gate, first come first served. Bounded by what a replica holds.</summary>
/// <remarks>
/// Linked through the work itself: a cancelled query leaves from the middle at once. If it only were marked, a router that cancels and sends
/// anew behind a stuck handler would let the line grow without end.
/// </remarks>
internal sealed class WaitingLine
{
    private Work? _last;

    public Work? First { get; private set; }

    public void Append(Work work)
    {
        Debug.Assert(!work.IsInLine, "Work stands in line once.");
        work.IsInLine = true;
        work.Previous = _last;
        work.Next = null;
        if (_last is null)
        {
            First = work;
        }
        else
        {
            _last.Next = work;
        }

        _last = work;
    }

    public void Remove(Work work)
    {
        Debug.Assert(work.IsInLine, "Only what stands in line can leave it.");
        if (work.Previous is null)
        {
            First = work.Next;
        }
        else
        {
            work.Previous.Next = work.Next;
        }

        if (work.Next is null)
        {
            _last = work.Previous;
        }
        else
        {
            work.Next.Previous = work.Previous;
        }

        work.Previous = null;
        work.Next = null;
        work.IsInLine = false;
    }
}
