using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>The plain dialect: one message per query.</summary>
/// <param name="expires">The broker drops a query at its deadline, as with static replicas.</param>
internal sealed class PlainSpeech(bool expires) : ISpeech
{
    public IEnumerable<OutboundMessage> Write(KitRouter router, string queue, IReadOnlyList<(ulong Ticket, Query Query)> queries) =>
        queries.Select(asked => new OutboundMessage(
            "", queue, Mandatory: true, PropertiesOf(router, asked.Ticket, asked.Query), asked.Query.Call.Payload));

    private MessageProperties PropertiesOf(KitRouter router, ulong ticket, Query query)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        List<KeyValuePair<string, HeaderValue>> headers =
        [
            new(HeaderNames.Endpoint, Trial.Endpoint),
            new(HeaderNames.Attempt, 1),
            new(HeaderNames.Deadline, now + (query.DeadlineInMs ?? query.TimeLeftMs)),
            new(HeaderNames.TimeLeft, query.TimeLeftMs),
        ];
        if (query.HasMetadata)
        {
            headers.Add(new(HeaderNames.TraceParent, Trial.TraceParent));
            headers.AddRange(Trial.Metadata.Select(pair => new KeyValuePair<string, HeaderValue>(pair.Key, pair.Value)));
        }

        if (query.IsOfLaterVersion)
        {
            headers.AddRange([new("bs-of-a-later-version", 7), new("bs-flag-of-a-later-version", true), new("x-unknown", "öäü")]);
        }

        return new MessageProperties
        {
            CorrelationId = new Ticket(ticket).ToCorrelationId(),
            ReplyTo = router.ReplyKey,
            Type = query.Call.Method,
            ContentType = query.Call.ContentType,
            MessageId = Trial.MessageIdOf(ticket),
            AppId = Trial.AppId,
            ExpirationMs = expires ? query.TimeLeftMs : null,
            Headers = HeaderTable.Create(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(headers)),
        };
    }
}
