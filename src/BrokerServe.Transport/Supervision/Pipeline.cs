namespace BrokerServe.Transport.Supervision;

/// <summary>How many messages for one destination the broker has not confirmed, and so whether one more now would only wait behind them.</summary>
/// <remarks>
/// What becomes ready while the pipeline is full is put together in fewer messages, and leaves as confirms come: the broker sets the pace and no
/// timer does, as in John Nagle's algorithm (RFC 896), with <see cref="Depth"/> messages in place of one.
/// One thread publishes; confirms come on another.
/// </remarks>
public sealed class Pipeline
{
    /// <summary>
    /// Messages under way at once: enough that broker, network and both ends work at the same time, so that so many callers never wait
    /// for each other; few enough that hundreds share messages.
    /// </summary>
    public const int Depth = 8;

    private int _unconfirmed;
    private int _isAwaited;

    /// <summary>Nothing is under way.</summary>
    public bool IsIdle => Volatile.Read(ref _unconfirmed) == 0;

    /// <summary>A message is about to be published.</summary>
    public void Enter() => Interlocked.Increment(ref _unconfirmed);

    /// <summary>The broker has answered for a message, or it was not published after all.</summary>
    /// <returns>True when the publishing thread has found the pipeline full since the last time, and is to look again.</returns>
    public bool Leave()
    {
        Interlocked.Decrement(ref _unconfirmed);
        return Volatile.Read(ref _isAwaited) == 1 && Interlocked.Exchange(ref _isAwaited, 0) == 1;
    }

    /// <summary>Whether as many messages are under way as may be. Who hears yes is told by <see cref="Leave"/>. For the publishing thread.</summary>
    public bool IsFull()
    {
        if (Volatile.Read(ref _unconfirmed) < Depth)
        {
            return false;
        }

        // Says so, then looks again: a confirm in between either is seen here, or sees that somebody waits. Both are full fences.
        Interlocked.Exchange(ref _isAwaited, 1);
        return Volatile.Read(ref _unconfirmed) >= Depth;
    }
}
