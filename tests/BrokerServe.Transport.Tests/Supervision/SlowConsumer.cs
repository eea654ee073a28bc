using System.Threading.Channels;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>A consumer whose every settlement is on its way until the test lets it arrive.</summary>
internal sealed class SlowConsumer : IConsumer
{
    private readonly Channel<(string Words, TaskCompletionSource Arrival)> _underway = Channel.CreateUnbounded<(string, TaskCompletionSource)>();

    public string Queue => "slow";

    public CancellationToken Ended => CancellationToken.None;

    /// <summary>Waits for the next words that are sent.</summary>
    public Task<(string Words, TaskCompletionSource Arrival)> NextAsync() =>
        Compliance.Patience.ForAsync(_underway.Reader.ReadAsync().AsTask(), "a settlement");

    /// <summary>Waits for the next words and lets them arrive.</summary>
    public async Task<string> ArrivesAsync()
    {
        var (words, arrival) = await NextAsync();
        arrival.SetResult();
        return words;
    }

    public ValueTask AckAsync(ulong deliveryTag, bool multiple) => Send(multiple ? $"ack ..{deliveryTag}" : $"ack {deliveryTag}");

    public ValueTask RequeueAsync(ulong deliveryTag) => Send($"requeue {deliveryTag}");

    public ValueTask StartAsync(IDeliveryHandler handler, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<bool> StopAsync(CancellationToken cancellationToken) => new(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask Send(string words)
    {
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underway.Writer.TryWrite((words, arrival));
        return new ValueTask(arrival.Task);
    }
}
