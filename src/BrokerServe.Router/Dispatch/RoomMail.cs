namespace BrokerServe.Router.Dispatch;

/// <summary>The publishing loop takes messages again. One per loop, posted again only after it was delivered.</summary>
internal sealed class RoomMail : Mail
{
    private int _posted;

    /// <summary>True for the one who may post it; false while it is on its way anyway.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _posted, 1) == 0;

    public override void Deliver(BackendDispatcher dispatcher)
    {
        Volatile.Write(ref _posted, 0);
        dispatcher.Resume();
    }
}
