using BrokerServe.Router.Ingress;

namespace BrokerServe.Router.Dispatch;

/// <summary>A rare event that came as a message: the message is settled once the loops it concerns have heard of it, so that prefetch bounds it.</summary>
/// <param name="tell">The event.</param>
/// <param name="delivery">Counts one member for this mail already.</param>
internal sealed class SettlingMail(Action<BackendDispatcher> tell, PendingDelivery delivery) : Mail
{
    public override void Deliver(BackendDispatcher dispatcher)
    {
        try
        {
            tell(dispatcher);
        }
        finally
        {
            delivery.EndMember();
        }
    }

    public override void Abandon() => delivery.EndMember();
}
