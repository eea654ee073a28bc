using BenchmarkDotNet.Attributes;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Benchmarks.Codecs;

/// <summary>The wire between router and replica, per query: alone in its frame, or with others. Payloads of 64 bytes.</summary>
public class CodecBenchmarks : AgainstChannel
{

    private readonly byte[] _payload = new byte[64];
    private readonly byte[] _frame = new byte[64 * 1024];
    private readonly byte[] _call = new byte[1024];
    private readonly byte[] _router = "router-1"u8.ToArray();
    private readonly byte[] _replyKey = "brokerserve.router.router-1.1"u8.ToArray();
    private readonly byte[] _replica = "greet-v1-1"u8.ToArray();
    private readonly byte[] _contentType = "application/msgpack"u8.ToArray();
    private int _callBytes;
    private byte[] _queries = [];
    private byte[] _replies = [];

    [Params(1, 64)]
    public int PerFrame { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _callBytes = CallOfToday().Encode(_call);
        _queries = _frame[..WriteQueries()];
        _replies = _frame[..WriteReplies()];
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int QueryEncode()
    {
        var bytes = 0;
        for (var written = 0; written < Batch; written += PerFrame)
        {
            bytes += WriteQueries();
        }

        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int QueryDecode()
    {
        var queries = 0;
        for (var read = 0; read < Batch; read += PerFrame)
        {
            QueryFrameReader.TryOpen(_queries, out _, out var reader);
            while (reader.TryRead(out _))
            {
                queries++;
            }
        }

        return queries;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReplyEncode()
    {
        var bytes = 0;
        for (var written = 0; written < Batch; written += PerFrame)
        {
            bytes += WriteReplies();
        }

        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReplyDecode()
    {
        var replies = 0;
        for (var read = 0; read < Batch; read += PerFrame)
        {
            ReplyFrameReader.TryOpen(_replies, out _, out var reader);
            while (reader.TryRead(out _))
            {
                replies++;
            }
        }

        return replies;
    }

    private int WriteQueries()
    {
        var header = new QueryFrameHeader { Incarnation = 1, Epoch = 1, Router = _router, ReplyKey = _replyKey };
        var writer = new QueryFrameWriter(_frame, header, PerFrame);
        for (var i = 0; i < PerFrame; i++)
        {
            writer.Write(new Ticket(1, i, 7), 29_990, 1_760_000_000_000, 1, _call.AsSpan(0, _callBytes));
        }

        return writer.Length;
    }

    private int WriteReplies()
    {
        var writer = new ReplyFrameWriter(_frame, _replica, PerFrame);
        for (var i = 0; i < PerFrame; i++)
        {
            writer.Write(new ReplyView
            {
                Ticket = new Ticket(1, i, 7),
                Status = ReplyStatus.Ok,
                ContentType = _contentType,
                Payload = _payload,
            });
        }

        return writer.Length;
    }

    private Call CallOfToday() => new()
    {
        Payload = _payload,
        Endpoint = "greet",
        ContentType = _contentType,
        MessageId = "5f0c3e9a1b7d-100000"u8,
        AppId = "load"u8,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8,
    };
}
