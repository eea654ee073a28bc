using System.Buffers;
using BrokerServe.Protocol;
using BrokerServe.Transport.Buffers;
using MessagePack;

namespace BrokerServe.Client.Payloads;

/// <summary>Writes values into rented memory.</summary>
internal sealed class PayloadWriter : IBufferWriter<byte>
{
    // Most payloads are smaller; larger ones grow by doubling.
    private const int FirstSize = 512;

    [ThreadStatic]
    private static PayloadWriter? _ofThread;

    private byte[] _rented = [];
    private int _length;

    /// <summary>Writes a value as MessagePack; the result's owner gives it back.</summary>
    /// <exception cref="BrokerServeException">The value cannot be written.</exception>
    public static PooledBytes Write<T>(T value, string endpoint, MessagePackSerializerOptions options)
    {
        // Taken out while it is in use: a formatter, or a property of the value, may make a typed call of its own on this thread.
        var writer = _ofThread ?? new PayloadWriter();
        _ofThread = null;
        writer._rented = BufferPool.Rent(FirstSize);
        writer._length = 0;
        try
        {
            MessagePackSerializer.Serialize(writer, value, options);
        }
        catch (MessagePackSerializationException failure)
        {
            // What a formatter or a property of the value throws is in there too.
            writer.GiveBack();
            throw new BrokerServeException(
                ReplyStatus.BadRequest,
                endpoint,
                $"The request, a {typeof(T)}, cannot be written as MessagePack. Nothing was sent. {failure.InnerException?.Message ?? failure.Message}",
                innerException: failure);
        }
        catch
        {
            writer.GiveBack();
            throw;
        }

        var written = PooledBytes.TakeOver(writer._rented, writer._length);
        writer._rented = [];
        _ofThread = writer;
        return written;
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _rented.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _rented.AsSpan(_length);
    }

    private void GiveBack()
    {
        BufferPool.Return(_rented);
        _rented = [];
        _ofThread = this;
    }

    private void Grow(int sizeHint)
    {
        var wanted = _length + Math.Max(sizeHint, 1);
        if (wanted <= _rented.Length)
        {
            return;
        }

        var larger = BufferPool.Rent(Math.Max(wanted, _rented.Length * 2));
        _rented.AsSpan(0, _length).CopyTo(larger);
        BufferPool.Return(_rented);
        _rented = larger;
    }
}
