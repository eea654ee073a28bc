using BrokerServe.Protocol;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Dispatch;

/// <summary>A replica's reply on its way to the loop that its ticket names. Pooled by its listener.</summary>
internal sealed class ReplyMail(NodePool<ReplyMail> pool) : Mail
{
    private Ticket _ticket;
    private ReplyStatus _status;
    private string? _contentType;
    private PooledBytes _payload;
    private PendingDelivery? _delivery;

    public void Fill(Ticket ticket, ReplyStatus status, string? contentType, PooledBytes payload, PendingDelivery delivery)
    {
        _ticket = ticket;
        _status = status;
        _contentType = contentType;
        _payload = payload;
        _delivery = delivery;
    }

    public override void Deliver(BackendDispatcher dispatcher)
    {
        if (!dispatcher.Reply(_ticket, _status, _payload, _contentType))
        {
            _payload.Return();
        }

        Leave();
    }

    public override void Abandon()
    {
        _payload.Return();
        Leave();
    }

    private void Leave()
    {
        var delivery = _delivery!;
        _payload = default;
        _contentType = null;
        _delivery = null;
        pool.Return(this);
        delivery.EndMember();
    }
}
