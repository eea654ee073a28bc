using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using BrokerServe.Router.Dispatch;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Mailboxes;

namespace BrokerServe.Benchmarks.Dispatch;

/// <summary>How things change hands, on one thread: what crossing to a sleeping thread costs is the runtime's, and the same for all.</summary>
public class MailboxBenchmarks : AgainstChannel
{
    private readonly Channel<object> _bounded = Channel.CreateBounded<object>(
        new BoundedChannelOptions(Batch) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Channel<object> _unbounded = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Mailbox<Mail> _mailbox = new();
    private readonly RequestPool _pool = new();
    private readonly Request[] _requests = new Request[Batch];

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < Batch; i++)
        {
            _requests[i] = new Request();
        }
    }

    /// <summary>The baseline with a bound.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int BoundedChannelWriteRead()
    {
        var read = 0;
        foreach (var request in _requests)
        {
            _bounded.Writer.TryWrite(request);
            read += _bounded.Reader.TryRead(out _) ? 1 : 0;
        }

        return read;
    }

    /// <summary>The baseline with a batch of writes before the reads.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int ChannelBatch()
    {
        foreach (var request in _requests)
        {
            _unbounded.Writer.TryWrite(request);
        }

        var read = 0;
        while (_unbounded.Reader.TryRead(out _))
        {
            read++;
        }

        return read;
    }

    /// <summary>Posts one, takes one: the mailbox is empty in between, which is its slower case.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int MailboxPostTake()
    {
        var taken = 0;
        foreach (var request in _requests)
        {
            _mailbox.Post(request);
            taken += _mailbox.TryTake(out _) ? 1 : 0;
        }

        return taken;
    }

    /// <summary>Posts a batch, then takes it, as a turn does under load.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int MailboxBatch()
    {
        foreach (var request in _requests)
        {
            _mailbox.Post(request);
        }

        var taken = 0;
        while (_mailbox.TryTake(out _))
        {
            taken++;
        }

        return taken;
    }

    /// <summary>Rents a request, and returns it forgotten.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int RequestRentReturn()
    {
        for (var i = 0; i < Batch; i++)
        {
            _requests[i] = _pool.Rent();
        }

        foreach (var request in _requests)
        {
            _pool.Return(request);
        }

        return _pool.Outstanding;
    }
}
