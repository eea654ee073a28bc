using BrokerServe.Worker;

namespace BrokerServe.Host.Handlers;

/// <summary><c>sleep:MS</c>: the payload back after a while, or as soon as nobody waits any more.</summary>
internal sealed class SleepHandler(TimeSpan sleep)
{
    public async ValueTask<ReplyPayload> HandleAsync(QueryContext query, CancellationToken cancellationToken)
    {
        await Task.Delay(sleep, cancellationToken);
        return query.Echo();
    }
}
