namespace BrokerServe.Router.Dispatch;

/// <summary>Time has passed. One per loop, posted again only after it was delivered.</summary>
internal sealed class TickMail : Mail
{
    private int _posted;

    /// <summary>True for the one who may post it.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _posted, 1) == 0;

    public override void Deliver(BackendDispatcher dispatcher)
    {
        Volatile.Write(ref _posted, 0);
        dispatcher.Tick();
    }
}
