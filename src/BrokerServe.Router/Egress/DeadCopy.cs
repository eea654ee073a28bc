using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;

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
        AddText(headers, HeaderNames.Method, call.Method);
        AddText(headers, HeaderNames.TraceParent, call.TraceParent);
        AddText(headers, HeaderNames.TraceState, call.TraceState);
        foreach (var (name, value) in call.ReadMetadata())
        {
            headers.Add(new(name, value));
        }

        var properties = new MessageProperties
        {
            Type = request.Status.Name(),
            CorrelationId = request.CorrelationId.ToStringOrNull(),
            MessageId = request.MessageId.ToStringOrNull(),
            AppId = TextOrNull(call.AppId),
            ContentType = TextOrNull(call.ContentType),
            Persistent = true,
            Headers = HeaderTable.Create(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(headers)),
        };
        return new OutboundMessage("", names.Dead, Mandatory: true, properties, call.Payload.ToArray());
    }

    private static string? TextOrNull(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);

    private static void AddText(List<KeyValuePair<string, HeaderValue>> headers, string name, ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty)
        {
            headers.Add(new(name, Encoding.UTF8.GetString(utf8)));
        }
    }
}
