using BenchmarkDotNet.Attributes;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Benchmarks.Codecs;

/// <summary>The call block: written once per request at ingress, copied into every frame that carries it. Payloads of 64 bytes.</summary>
public class CallBenchmarks : AgainstChannel
{
    private readonly byte[] _payload = new byte[64];
    private readonly byte[] _block = new byte[2048];
    private readonly MetadataWriter _metadata = new();

    /// <summary>What a .NET client sends: message id, application, trace context.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int CallEncode()
    {
        var bytes = 0;
        for (var i = 0; i < Batch; i++)
        {
            bytes += With(default).Encode(_block);
        }

        return bytes;
    }

    /// <summary>The same with three headers to forward.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int CallEncodeWithMetadata()
    {
        var bytes = 0;
        for (var i = 0; i < Batch; i++)
        {
            _metadata.Clear();
            _metadata.Add("meta-tenant"u8, "acme"u8);
            _metadata.Add("meta-user"u8, "u42"u8);
            _metadata.Add("meta-region"u8, "eu-west-1"u8);
            bytes += With(_metadata.Block()).Encode(_block);
        }

        return bytes;
    }

    /// <summary>Copies a body into rented memory and gives it back, as listeners do.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int BodyCopyReturn()
    {
        var bytes = 0;
        for (var i = 0; i < Batch; i++)
        {
            var copy = PooledBytes.CopyOf(_payload);
            bytes += copy.Length;
            copy.Return();
        }

        return bytes;
    }

    private Call With(ReadOnlySpan<byte> metadata) => new()
    {
        Payload = _payload,
        Endpoint = "greet",
        ContentType = "application/msgpack"u8,
        MessageId = "5f0c3e9a1b7d-100000"u8,
        AppId = "load"u8,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8,
        Metadata = metadata,
    };
}
