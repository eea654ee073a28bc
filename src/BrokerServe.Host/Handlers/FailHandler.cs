using BrokerServe.Worker;

namespace BrokerServe.Host.Handlers;

/// <summary><c>fail:P</c>: an exception with probability P, else the payload back.</summary>
internal sealed class FailHandler(double probability)
{
    public ValueTask<ReplyPayload> HandleAsync(QueryContext query, CancellationToken cancellationToken) =>
        Random.Shared.NextDouble() < probability
            ? throw new InvalidOperationException("This handler fails on purpose.")
            : new(query.Echo());
}
