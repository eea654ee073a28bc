using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;
using static System.Runtime.InteropServices.CollectionsMarshal;

namespace BrokerServe.Router.Egress;

/// <summary>A request that ended its last attempt with the loss of a replica, as it lies in the dead queue: all that is needed to send it again.</summary>
internal static class DeadCopy
{
    public static OutboundMessage Of(Request request, ObjectNames names)
    {
        if (!Call.TryDecode(request.Call.Span, out var call))
        {
            throw new InvalidOperationException("A call block that this router wrote cannot be read.");
        }

        List<KeyValuePair<string, HeaderValue>> headers =
        [
            new(HeaderNames.Endpoint, request.Endpoint),
            new(HeaderNames.Backend, request.Backend),
            new(HeaderNames.Attempts, request.Attempts),
            new(HeaderNames.History, request.History ?? ""),
            new(HeaderNames.Priority, request.Priority),
        ];
        if (request.HasShardKey)
        {
            headers.Add(new(HeaderNames.ShardKey, Encoding.UTF8.GetString(request.ShardKey.Span)));
        }

        CarriedHeaders.AddText(headers, HeaderNames.Method, call.Method);
        CarriedHeaders.Add(headers, call);
        var properties = new MessageProperties
        {
            Type = request.Status.Name(),
            CorrelationId = request.CorrelationId.ToStringOrNull(),
            MessageId = request.MessageId.ToStringOrNull(),
            AppId = CarriedHeaders.TextOrNull(call.AppId),
            ContentType = CarriedHeaders.TextOrNull(call.ContentType),
            Persistent = true,
            Headers = HeaderTable.Create(AsSpan(headers)),
        };
        return new OutboundMessage("", names.Dead, Mandatory: true, properties, call.Payload.ToArray());
    }
}
