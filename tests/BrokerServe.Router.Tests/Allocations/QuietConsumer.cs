using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Allocations;

/// <summary>A subscription whose handler the broker keeps, for the test to call.</summary>
internal sealed class QuietConsumer(QuietBroker broker, string queue) : IConsumer
{
    private readonly CancellationTokenSource _ended = new();

    public string Queue => queue;

    public CancellationToken Ended => _ended.Token;

    public ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken)
    {
        broker.Started(handler);
        return default;
    }

    public ValueTask AckAsync(ulong deliveryTag, bool multiple) => default;

    public ValueTask RequeueAsync(ulong deliveryTag) => throw new InvalidOperationException("Nothing is given back in steady state.");

    public ValueTask<bool> StopAsync(CancellationToken cancellationToken)
    {
        var isFirst = !_ended.IsCancellationRequested;
        _ended.Cancel();
        return new(isFirst);
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}
