using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;

namespace BrokerServe.Router.Egress;

/// <summary>What an answer looks like on the wire: to its producer, or, when nobody asked for one, to the dead queue with the reason.</summary>
internal static class AnswerMessage
{
    private static readonly HeaderTable TakesFrames = [new(HeaderNames.Frames, true)];
    private static readonly HeaderTable TakesNoFrames = [new(HeaderNames.Frames, false)];

    public static OutboundMessage Of(Request request, ObjectNames names) =>
        request.ReplyTo is { } replyTo ? ToProducer(request, replyTo) : ToDead(request, names);

    /// <summary>Several answers for one producer.</summary>
    public static OutboundMessage Of(string replyTo, ReadOnlyMemory<byte> frame) =>
        new("", replyTo, Mandatory: true, new MessageProperties { ContentType = ContentTypes.Answers }, frame);

    private static OutboundMessage ToProducer(Request request, string replyTo)
    {
        var properties = new MessageProperties
        {
            Type = request.Status.Name(),
            CorrelationId = request.CorrelationId.ToStringOrNull(),
            MessageId = request.MessageId.ToStringOrNull(),
            ContentType = request.Error is null ? request.ReplyContentType : ContentTypes.Error,
            Headers = request.AnsweredBy?.ReplyHeaders(request.Attempts, request.TakesFrames) ?? OfEndpoint(request.TakesFrames),
        };
        return new OutboundMessage("", replyTo, Mandatory: true, properties, Body(request));
    }

    private static OutboundMessage ToDead(Request request, ObjectNames names)
    {
        var properties = new MessageProperties
        {
            Type = request.Status.Name(),
            CorrelationId = request.CorrelationId.ToStringOrNull(),
            MessageId = request.MessageId.ToStringOrNull(),
            ContentType = ContentTypes.Error,
            Persistent = true,
            Headers = [new(HeaderNames.Endpoint, request.Endpoint), new(HeaderNames.Backend, request.Backend), new(HeaderNames.Attempts, request.Attempts)],
        };
        return new OutboundMessage("", names.Dead, Mandatory: true, properties, Body(request));
    }

    private static HeaderTable? OfEndpoint(bool? takesFrames) => takesFrames is not { } takes ? null : takes ? TakesFrames : TakesNoFrames;

    private static ReadOnlyMemory<byte> Body(Request request) =>
        request.Error is null ? request.ReplyPayload.Memory : request.Error.Encode();
}
