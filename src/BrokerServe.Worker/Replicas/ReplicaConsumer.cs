using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Worker.Replicas;

/// <summary>A consumer and its settler, which end together.</summary>
internal sealed record ReplicaConsumer(IConsumer Consumer, Settler Settler) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Settler.DisposeAsync().ConfigureAwait(false);
        await Consumer.DisposeAsync().ConfigureAwait(false);
    }
}
