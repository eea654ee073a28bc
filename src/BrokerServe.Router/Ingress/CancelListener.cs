using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Mailboxes;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Ingress;

/// <summary>Hears which requests their producers gave up, and tells every loop: only the one that has the request acts, or will have it.</summary>
/// <remarks>A message is settled when every loop has heard of it, so that prefetch bounds what any producer can make this router hold.</remarks>
internal sealed class CancelListener(DispatchLoops loops, RouterClock clock, Settler settler) : IDeliveryHandler
{
    /// <summary>How long a cancellation is kept in mind that does not say its request's deadline: an endpoint's default timeout.</summary>
    public const long UsualMs = 30_000;

    /// <summary>How long it is kept in mind at most: an endpoint's default longest timeout.</summary>
    public const long LongestMs = 20 * 60_000;

    private readonly NodePool<PendingDelivery> _deliveries = PendingDelivery.CreatePool();

    public void OnDelivery(in Delivery delivery)
    {
        var pending = _deliveries.Rent();
        pending.Begin(settler, delivery.Tag);
        if (delivery.Properties is { ReplyTo: { Length: > 0 } replyTo, CorrelationId: { Length: > 0 } correlationId })
        {
            var untilMs = clock.NowMs + LeftMs(delivery.Properties);
            loops.Post(dispatcher => dispatcher.Cancel(replyTo, correlationId, untilMs), pending);
        }

        pending.EndMember();
    }

    private long LeftMs(in MessageProperties properties) =>
        properties.Headers?.TryGetInteger(HeaderNames.Deadline, out var deadlineUnixMs) == true
            ? Math.Clamp(Math.Clamp(deadlineUnixMs, 0, TimeLimits.MaxDeadlineUnixMs) - clock.UnixMs, 0, LongestMs)
            : UsualMs;
}
