namespace BrokerServe.Router.Dispatch;

/// <summary>How many messages a dispatch loop may have waiting at the publishing loop. Full counts as no credit at any replica.</summary>
/// <remarks>Spent by the dispatch loop, returned by the publishing loop.</remarks>
internal sealed class FrameCredit(DispatchLoop loop)
{
    /// <summary>256 messages of at most 256 KiB: 64 MiB at worst; the publishing loop writes so many in a few milliseconds.</summary>
    public const int Limit = 256;

    private int _out;
    private int _asked;

    public int Available => Limit - Volatile.Read(ref _out);

    public void Spend() => Interlocked.Increment(ref _out);

    public void Return()
    {
        // A full fence between the return and the look at _asked, as between the asking and the look at _out in AskForRoom:
        // one of the two sides sees the other, so that no request for room is forgotten.
        Interlocked.Decrement(ref _out);
        if (Volatile.Read(ref _asked) == 1)
        {
            Answer();
        }
    }

    /// <summary>Asks to be told by <see cref="DispatchLoop.OnRoom"/> when there is room again; at once when there is already.</summary>
    public void AskForRoom()
    {
        Interlocked.Exchange(ref _asked, 1);
        if (Available > 0)
        {
            Answer();
        }
    }

    private void Answer()
    {
        if (Available > 0 && Interlocked.Exchange(ref _asked, 0) == 1)
        {
            loop.OnRoom();
        }
    }
}
