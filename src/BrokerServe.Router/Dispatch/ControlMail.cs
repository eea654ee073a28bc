namespace BrokerServe.Router.Dispatch;

/// <summary>A rare event: a replica that comes or goes, a change of settings, a lost connection. Allocated for each.</summary>
internal sealed class ControlMail(Action<BackendDispatcher> tell) : Mail
{
    public override void Deliver(BackendDispatcher dispatcher) => tell(dispatcher);
}
