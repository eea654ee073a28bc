using BrokerServe.Client.Calls;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client.Publishing;

/// <summary>What the client publishes.</summary>
internal sealed class OutboundMessages(ObjectNames names, string appId)
{
    /// <summary>A call that was taken to be sent.</summary>
    /// <param name="call">The call; the message refers to its body.</param>
    /// <param name="leftMs">The time that it has left, above 0.</param>
    public OutboundMessage Of(PendingCall call, long leftMs)
    {
        ref readonly var request = ref call.Request;
        var properties = new MessageProperties
        {
            ContentType = request.ContentType,
            Type = request.Method,
            CorrelationId = request.CorrelationId,
            ReplyTo = call.ReplyTo,
            MessageId = request.MessageId,
            AppId = appId,
            ExpirationMs = request.Expires ? leftMs : null,
            Persistent = request.Persistent,
            Headers = request.Headers,
        };

        // Mandatory, so that an endpoint without a queue is known at once where routers have set no alternate exchange.
        return new OutboundMessage(names.Requests, request.Endpoint, Mandatory: true, properties, request.Body.Memory);
    }

    /// <summary>Calls of one kind that were taken to be sent together.</summary>
    /// <param name="first">Any of them.</param>
    /// <param name="replyTo">Their reply queue.</param>
    /// <param name="mostLeftMs">The time that the last of them has left, above 0.</param>
    /// <param name="frame">What <see cref="RequestFrame.Encode"/> made of them.</param>
    public OutboundMessage Of(in Request first, string replyTo, long mostLeftMs, PooledBytes frame)
    {
        var properties = new MessageProperties
        {
            ContentType = ContentTypes.Requests,
            ReplyTo = replyTo,
            AppId = appId,
            ExpirationMs = first.Expires ? mostLeftMs : null,
            Persistent = first.Persistent,
        };
        return new OutboundMessage(names.Requests, first.Endpoint, Mandatory: true, properties, frame.Memory);
    }

    /// <summary>Says that a call was given up.</summary>
    public OutboundMessage Of(CancelMail cancel)
    {
        var properties = new MessageProperties
        {
            CorrelationId = cancel.CorrelationId,
            ReplyTo = cancel.ReplyTo,
            AppId = appId,
            Headers = cancel.DeadlineUnixMs is { } deadline ? [new(HeaderNames.Deadline, deadline)] : null,
        };
        return new OutboundMessage(names.Cancels, "", Mandatory: false, properties, default);
    }
}
