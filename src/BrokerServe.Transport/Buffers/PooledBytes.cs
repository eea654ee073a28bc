namespace BrokerServe.Transport.Buffers;

/// <summary>Bytes in rented memory, with one owner who gives them back once.</summary>
/// <remarks>A value: copying it does not copy ownership. Hand it over or keep it, never both.</remarks>
public readonly struct PooledBytes
{
    private readonly byte[]? _rented;
    private readonly int _length;

    private PooledBytes(byte[] rented, int length)
    {
        _rented = rented;
        _length = length;
    }

    /// <summary>How many bytes there are.</summary>
    public int Length => _length;

    /// <summary>The bytes, valid until <see cref="Return"/>.</summary>
    public ReadOnlyMemory<byte> Memory => new(_rented, 0, _length);

    /// <summary>The bytes, valid until <see cref="Return"/>.</summary>
    public ReadOnlySpan<byte> Span => new(_rented, 0, _length);

    /// <summary>Rents memory and copies <paramref name="source"/> into it.</summary>
    public static PooledBytes CopyOf(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            return default;
        }

        var rented = BufferPool.Rent(source.Length);
        source.CopyTo(rented);
        return new PooledBytes(rented, source.Length);
    }

    /// <summary>Takes over an array that was rented from <see cref="BufferPool"/>.</summary>
    /// <param name="rented">The array; nobody else gives it back or writes to it from now on.</param>
    /// <param name="length">How many of its bytes count, from the first.</param>
    public static PooledBytes TakeOver(byte[] rented, int length) => new(rented, length);

    /// <summary>Gives the memory back. Call it once per ownership; the default value has nothing to give.</summary>
    public void Return()
    {
        if (_rented is not null)
        {
            BufferPool.Return(_rented);
        }
    }
}
