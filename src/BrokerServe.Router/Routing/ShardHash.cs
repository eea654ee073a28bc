using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace BrokerServe.Router.Routing;

/// <summary>Turns a shard key into a draw, the same in every router, version and language.</summary>
/// <remarks>
/// XXH64 with seed 0 of the key's UTF-8 bytes; its top 53 bits over 2^53, which a double holds exactly. PROTOCOL.md lists golden values.
/// </remarks>
internal static class ShardHash
{
    // Keys are ids and e-mail addresses: half a KiB on the stack holds them, and a backend's name behind.
    private const int StackBytes = 512;

    /// <summary>The draw of a key for the choice of a backend: from 0 up to, not including, 1.</summary>
    /// <param name="key">UTF-8.</param>
    public static double Draw(ReadOnlySpan<byte> key) => ToDraw(XxHash64.HashToUInt64(key));

    /// <summary>The draw of a key for one shadow: XXH64 of key, a byte 0, and the shadow's name, so independent of every other draw.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="shadow">The backend.</param>
    public static double Draw(ReadOnlySpan<byte> key, string shadow)
    {
        var maxBytes = key.Length + 1 + Encoding.UTF8.GetMaxByteCount(shadow.Length);
        byte[]? rented = null;
        var bytes = maxBytes <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(maxBytes);
        try
        {
            key.CopyTo(bytes);
            bytes[key.Length] = 0;
            var length = key.Length + 1 + Encoding.UTF8.GetBytes(shadow, bytes[(key.Length + 1)..]);
            return ToDraw(XxHash64.HashToUInt64(bytes[..length]));
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>The top 53 bits over 2^53. Both steps are exact, so no language rounds differently.</summary>
    internal static double ToDraw(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));
}
