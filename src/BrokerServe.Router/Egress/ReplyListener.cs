using BrokerServe.Protocol;
using BrokerServe.Protocol.Commands;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Membership;
using BrokerServe.Router.Telemetry;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Egress;

/// <summary>Takes what replicas send to this router: frames of replies, plain replies, answers to sync.</summary>
/// <remarks>
/// For one delivery at a time; one listener per epoch. A delivery is settled when the loops have taken all its replies, so that prefetch
/// bounds what any worker can make this router hold.
/// </remarks>
internal sealed class ReplyListener : IDeliveryHandler
{
    private readonly DispatchLoops _loops;
    private readonly ReplicaDirectory _directory;
    private readonly RouterMetrics _metrics;
    private readonly Settler _settler;
    private readonly NodePool<PendingDelivery> _deliveries = PendingDelivery.CreatePool();
    private readonly NodePool<ReplyMail> _mails;
    private readonly TextCache _contentTypes = new();

    public ReplyListener(DispatchLoops loops, ReplicaDirectory directory, RouterMetrics metrics, Settler settler)
    {
        _metrics = metrics;
        _loops = loops;
        _directory = directory;
        _settler = settler;
        _mails = new NodePool<ReplyMail>(() => new ReplyMail(_mails!));
    }

    public void OnDelivery(in Delivery delivery)
    {
        using var together = HeldWakes.Begin();
        var pending = _deliveries.Rent();
        pending.Begin(_settler, delivery.Tag);
        switch (delivery.Properties.ContentType)
        {
            case ContentTypes.Replies:
                TakeFrame(delivery.Body, pending);
                break;
            case ContentTypes.Held:
                TakeHeld(delivery.Body, pending);
                break;
            default:
                TakePlain(delivery, pending);
                break;
        }

        pending.EndMember();
    }

    private void TakeFrame(ReadOnlySpan<byte> frame, PendingDelivery pending)
    {
        if (!ReplyFrameReader.TryOpen(frame, out _, out var reader))
        {
            _metrics.Malformed("reply");
            return;
        }

        while (reader.TryRead(out var reply))
        {
            // Parts are reserved for streamed replies; nobody was promised any yet.
            if (reply.Part == 0)
            {
                Post(reply.Ticket, reply.Status, _contentTypes.GetOrNull(reply.ContentType), reply.Payload, pending);
            }
        }

        if (reader.Remaining != 0)
        {
            _metrics.Malformed("reply");
        }
    }

    private void TakePlain(in Delivery delivery, PendingDelivery pending)
    {
        var properties = delivery.Properties;
        if (!Ticket.TryParseCorrelationId(properties.CorrelationId, out var ticket))
        {
            _metrics.Malformed("reply");
            return;
        }

        // An unknown code is the handler's own idea of an error; dropping the reply would keep its credit.
        var status = ReplyStatus.Ok;
        if (!string.IsNullOrEmpty(properties.Type) && !ReplyStatuses.TryParse(properties.Type, out status))
        {
            status = ReplyStatus.HandlerError;
        }

        Post(ticket, status, properties.ContentType, delivery.Body, pending);
    }

    private void TakeHeld(ReadOnlySpan<byte> body, PendingDelivery pending)
    {
        if (HeldReport.TryDecode(body, out var report))
        {
            _directory.Tell(report.Replica, dispatcher => dispatcher.Hold(report.Replica, report.Incarnation, report.Tickets), pending);
        }
        else
        {
            _metrics.Malformed("reply");
        }
    }

    private void Post(Ticket ticket, ReplyStatus status, string? contentType, ReadOnlySpan<byte> payload, PendingDelivery pending)
    {
        if (_loops.Of(ticket) is not { } loop)
        {
            _metrics.Malformed("reply");
            return;
        }

        pending.AddMember();
        var mail = _mails.Rent();
        mail.Fill(ticket, status, contentType, PooledBytes.CopyOf(payload), pending);
        loop.Post(mail);
    }
}
