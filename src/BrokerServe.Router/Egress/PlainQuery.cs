using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Egress;

/// <summary>A query in the plain dialect: one message, everything in AMQP properties, so that any RPC server is a replica.</summary>
internal static class PlainQuery
{
    /// <param name="query">The query.</param>
    /// <param name="replyTo">Where its reply shall go.</param>
    /// <param name="expires">Whether the broker drops it at its deadline. Only for a static replica: the broker would eat the query, and the
    /// credit of a replica that answers every query with it.</param>
    /// <param name="clock">For the time left.</param>
    public static MessageProperties PropertiesOf(in QueryDecision query, string replyTo, bool expires, RouterClock clock)
    {
        var request = query.Request;
        if (!Call.TryDecode(request.Call.Span, out var call))
        {
            throw new InvalidOperationException("A call block that this router wrote cannot be read.");
        }

        var leftMs = Math.Max(0, request.DeadlineMs - clock.NowMs);
        List<KeyValuePair<string, HeaderValue>> headers =
        [
            new(HeaderNames.Endpoint, request.Endpoint),
            new(HeaderNames.Attempt, query.Attempt),
            new(HeaderNames.Deadline, request.DeadlineUnixMs),
            new(HeaderNames.TimeLeft, leftMs),
        ];
        CarriedHeaders.Add(headers, call);
        return new MessageProperties
        {
            CorrelationId = query.Ticket.Value.ToString(CultureInfo.InvariantCulture),
            ReplyTo = replyTo,
            Type = CarriedHeaders.TextOrNull(call.Method),
            ContentType = CarriedHeaders.TextOrNull(call.ContentType),
            MessageId = CarriedHeaders.TextOrNull(call.MessageId),
            AppId = CarriedHeaders.TextOrNull(call.AppId),
            ExpirationMs = expires ? leftMs : null,
            Headers = HeaderTable.Create(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(headers)),
        };
    }

    public static PooledBytes BodyOf(Request request) =>
        Call.TryDecode(request.Call.Span, out var call) ? PooledBytes.CopyOf(call.Payload) : default;
}
