namespace BrokerServe.Host.Conformance.Producer;

/// <summary>Which request is answered how: each ending in its turn, and then well.</summary>
internal sealed class Script
{
    /// <summary>Nobody waits for longer than this to see a late answer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // Well at first, so that there is something to compare with: who goes on after that went on by itself.
    private readonly List<Ending> _left =
        [Ending.Ok, Ending.Ok, Ending.Late, Ending.Error, Ending.UnknownCode, Ending.UnreadableError, Ending.LaterVersion, Ending.Twice];

    /// <summary>Nothing is left, unless it is an ending that no request so far could have.</summary>
    public bool IsDone => _left.Count == 0 || _left is [Ending.Late];

    /// <summary>The ending of the next request.</summary>
    public Ending Next(ReceivedRequest request)
    {
        var index = _left.FindIndex(ending => ending != Ending.Late || request.TimeLeftMs <= LongestWait.TotalMilliseconds);
        if (index < 0)
        {
            return Ending.Ok;
        }

        var ending = _left[index];
        _left.RemoveAt(index);
        return ending;
    }
}
