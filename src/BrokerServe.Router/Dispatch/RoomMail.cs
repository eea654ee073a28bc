namespace BrokerServe.Router.Dispatch;

/// <summary>The publishing loop takes messages again. One per loop, posted again only after it was delivered.</summary>
internal sealed class RoomMail : Mail
{
    private int _posted;

    /// <summary>True for the one who may post it.</summary>
    /// <remarks>
    /// Room can be given twice before it is noticed once: returned in answer to the last turn's asking while the present turn, which
    /// began without, asks again. The mail that is on its way already says both.
    /// </remarks>
    public bool TryClaim() => Interlocked.Exchange(ref _posted, 1) == 0;

    public override void Deliver(BackendDispatcher dispatcher)
    {
        // Before Resume: room that is given from here on is news again.
        Volatile.Write(ref _posted, 0);
        dispatcher.Resume();
    }
}
