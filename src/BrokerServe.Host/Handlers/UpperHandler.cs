using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Worker;

namespace BrokerServe.Host.Handlers;

/// <summary><c>upper</c>: text in capitals; a MessagePack string where the payload is MessagePack, plain UTF-8 elsewhere.</summary>
internal static class UpperHandler
{
    public static ValueTask<ReplyPayload> HandleAsync(QueryContext query, CancellationToken cancellationToken) =>
        query.ContentType == ContentTypes.MessagePack
            ? new(query.Reply(query.Read<string>().ToUpperInvariant()))
            : new(new ReplyPayload(
                Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(query.Payload.Span).ToUpperInvariant()), query.ContentType));
}
