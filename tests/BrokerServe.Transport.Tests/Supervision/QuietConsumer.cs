namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>A consumer that takes every settlement at once and keeps nothing but their number.</summary>
internal sealed class QuietConsumer : IConsumer
{
    public string Queue => "quiet";

    public CancellationToken Ended => CancellationToken.None;

    /// <summary>How many acks were sent. After the settler has ended.</summary>
    public int Acks { get; private set; }

    public ValueTask AckAsync(ulong deliveryTag, bool multiple)
    {
        Acks++;
        return ValueTask.CompletedTask;
    }

    public ValueTask RequeueAsync(ulong deliveryTag) => ValueTask.CompletedTask;

    public ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<bool> StopAsync(CancellationToken cancellationToken) => new(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
