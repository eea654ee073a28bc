using System.Diagnostics.CodeAnalysis;
using BrokerServe.Client.Calls;

namespace BrokerServe.Client.Publishing;

/// <summary>Sorts the calls of one turn by the message in which they are to travel.</summary>
/// <remarks>The publishing loop's own. No timer is in it: what stays between turns waits for the confirm of what is under way.</remarks>
internal sealed class FrameDrafts(int maxBytes)
{
    /// <summary>Kinds of calls in one turn that are kept apart; one more sends the oldest on its way. More than most clients have endpoints.</summary>
    private const int MaxOpen = 16;

    private readonly List<FrameDraft> _open = [];
    private readonly Stack<FrameDraft> _idle = new();

    /// <summary>Adds a call.</summary>
    /// <returns>A draft that is to be sent now, to make room; null if there is none.</returns>
    public FrameDraft? Add(PendingCall call, long leftMs, int bytes)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            var draft = _open[i];
            if (!draft.Matches(call.Request))
            {
                continue;
            }

            if (draft.TryAdd(call, leftMs, bytes))
            {
                return null;
            }

            _open[i] = Begin(call, leftMs, bytes);
            return draft;
        }

        _open.Add(Begin(call, leftMs, bytes));
        return _open.Count > MaxOpen && TryTake(lane: null, out var oldest) ? oldest : null;
    }

    /// <summary>Takes the oldest draft out that need not wait; false when there is none.</summary>
    /// <param name="lane">Where it would go; null: none need wait.</param>
    /// <param name="draft">The draft.</param>
    public bool TryTake(PublishLane? lane, [NotNullWhen(true)] out FrameDraft? draft)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            draft = _open[i];
            ref readonly var first = ref draft.Calls[0].Request;
            if (lane is null || !lane.PipelineTo(first.Endpoint).IsFull())
            {
                _open.RemoveAt(i);
                return true;
            }
        }

        draft = null;
        return false;
    }

    /// <summary>Gives the slots of calls back that have ended while they waited.</summary>
    public void DropEnded(CallTable calls)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var draft = _open[i];
            draft.DropEnded(calls);
            if (draft.Calls.Count == 0)
            {
                _open.RemoveAt(i);
                Return(draft);
            }
        }
    }

    /// <summary>Takes a draft back whose calls were sent, or put back.</summary>
    public void Return(FrameDraft draft)
    {
        draft.Clear();
        _idle.Push(draft);
    }

    private FrameDraft Begin(PendingCall call, long leftMs, int bytes)
    {
        var draft = _idle.TryPop(out var idle) ? idle : new FrameDraft(maxBytes);
        draft.TryAdd(call, leftMs, bytes);
        return draft;
    }
}
