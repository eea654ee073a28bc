using BrokerServe.Worker;

namespace BrokerServe.Host.Handlers;

/// <summary><c>echo</c>: the payload back, as it came.</summary>
internal static class EchoHandler
{
    public static ValueTask<ReplyPayload> HandleAsync(QueryContext query, CancellationToken cancellationToken) => new(query.Echo());
}
