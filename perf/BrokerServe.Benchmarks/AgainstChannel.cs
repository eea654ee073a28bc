using System.Threading.Channels;
using BenchmarkDotNet.Attributes;

namespace BrokerServe.Benchmarks;

/// <summary>The baseline of every table: one write and one read of an unbounded channel with a single reader, on one thread.</summary>
/// <remarks>What people would reach for instead, without the cost of waking anybody: the strictest reading of "a channel operation".</remarks>
public abstract class AgainstChannel
{
    /// <summary>Operations per call: enough that a call through a delegate weighs nothing.</summary>
    public const int Batch = 256;

    private readonly Channel<object> _channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly object _item = new();

    /// <summary>Writes one item, reads one item.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int ChannelWriteRead()
    {
        var read = 0;
        for (var i = 0; i < Batch; i++)
        {
            _channel.Writer.TryWrite(_item);
            read += _channel.Reader.TryRead(out _) ? 1 : 0;
        }

        return read;
    }
}
