using BrokerServe.Client.Calls;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Client.Publishing;

/// <summary>Calls that are to travel in one message: of one endpoint, priority and guarantee, with about the same time left.</summary>
internal sealed class FrameDraft(int maxBytes)
{
    private readonly List<PendingCall> _calls = new(FrameLimits.MaxRequests);
    private long _leastMs;
    private long _mostMs;
    private int _bytes;

    /// <summary>What was added, oldest first.</summary>
    public List<PendingCall> Calls => _calls;

    /// <summary>Whether a call could be in one message with those that are here, were there room.</summary>
    public bool Matches(in Request request) => _calls[0].Request is var first
        && first.Priority == request.Priority
        && first.Persistent == request.Persistent
        && first.Expires == request.Expires
        && string.Equals(first.Endpoint, request.Endpoint, StringComparison.Ordinal);

    /// <summary>Adds a call; false when there is no room, or when its time left is too far from the others'.</summary>
    public bool TryAdd(PendingCall call, long leftMs, int bytes)
    {
        var least = _calls.Count == 0 ? leftMs : Math.Min(_leastMs, leftMs);
        var most = _calls.Count == 0 ? leftMs : Math.Max(_mostMs, leftMs);
        if (_calls.Count > 0
            && (_calls.Count == FrameLimits.MaxRequests || _bytes + bytes > maxBytes || most > least * FrameLimits.MaxDeadlineRatio))
        {
            return false;
        }

        (_leastMs, _mostMs) = (least, most);
        _bytes += bytes;
        _calls.Add(call);
        return true;
    }

    /// <summary>Gives the slots of calls back that have ended; what they measured is left in the sums, which only makes the frame end sooner.</summary>
    public void DropEnded(CallTable calls) => _calls.RemoveAll(call =>
    {
        var hasEnded = call.HasEnded;
        if (hasEnded)
        {
            calls.ReleaseByLoop(call);
        }

        return hasEnded;
    });

    /// <summary>Forgets everything, for the next use.</summary>
    public void Clear()
    {
        _calls.Clear();
        _bytes = 0;
    }
}
