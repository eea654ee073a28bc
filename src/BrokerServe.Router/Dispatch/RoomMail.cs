namespace BrokerServe.Router.Dispatch;

/// <summary>The publishing loop takes messages again. One per loop, posted once for each time that room was asked for.</summary>
internal sealed class RoomMail : Mail
{
    public override void Deliver(BackendDispatcher dispatcher) => dispatcher.Resume();
}
