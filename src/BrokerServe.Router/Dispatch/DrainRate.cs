namespace BrokerServe.Router.Dispatch;

/// <summary>How fast a backend's backlog drains: queries dispatched per second, over windows of a second.</summary>
internal sealed class DrainRate
{
    private const int WindowMs = 1_000;

    /// <summary>What is said when nothing was dispatched lately: a second, in which a worker may come.</summary>
    private const int UnknownMs = 1_000;

    /// <summary>The most that is ever said: longer waits are guesses.</summary>
    private const int MaxMs = 60_000;

    private long _windowStartMs;
    private int _inWindow;
    private double _perSecond;

    public void Count(long nowMs)
    {
        Roll(nowMs);
        _inWindow++;
    }

    /// <summary>How long it takes to dispatch so many queries at the present rate, 1 ms to 60 s.</summary>
    public long TimeFor(int queries, long nowMs)
    {
        Roll(nowMs);
        var perSecond = _perSecond > 0 ? _perSecond : _inWindow;
        return perSecond <= 0 ? UnknownMs : Math.Clamp((long)(queries * 1_000.0 / perSecond), 1, MaxMs);
    }

    private void Roll(long nowMs)
    {
        var elapsedMs = nowMs - _windowStartMs;
        if (elapsedMs >= WindowMs)
        {
            // Half old, half new: steady enough to answer by, quick enough to follow a replica that joins.
            _perSecond = ((_perSecond > 0 ? _perSecond : _inWindow) + (_inWindow * 1_000.0 / elapsedMs)) / 2;
            _inWindow = 0;
            _windowStartMs = nowMs;
        }
    }
}
