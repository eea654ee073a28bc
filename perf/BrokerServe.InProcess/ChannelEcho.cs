using System.Threading.Channels;
using BrokerServe.Client;

namespace BrokerServe.InProcess;

/// <summary>Callers write to a channel, one loop reads it and completes them: the least that any hand-over between threads does.</summary>
internal sealed class ChannelEcho : IEcho
{
    private readonly Channel<TaskCompletionSource<RawReply?>> _channel =
        Channel.CreateUnbounded<TaskCompletionSource<RawReply?>>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _loop;

    public ChannelEcho() => _loop = RunAsync();

    public string Name => "Channel<T>";

    public ValueTask<RawReply?> SendAsync(ReadOnlyMemory<byte> body)
    {
        var call = new TaskCompletionSource<RawReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _channel.Writer.TryWrite(call);
        return new ValueTask<RawReply?>(call.Task);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.Complete();
        await _loop;
    }

    private async Task RunAsync()
    {
        await foreach (var call in _channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            call.SetResult(null);
        }
    }
}
