using System.Buffers;

namespace BrokerServe.Transport.Buffers;

/// <summary>Memory for payloads and frames, which one thread rents and mostly another gives back. Any thread.</summary>
/// <remarks>
/// The shared pool keeps 32 arrays of a size for each processor, and one for each thread. Of calls there are as many as requests under way:
/// with 1,024 outstanding on two processors nearly each was allocated anew. Small arrays therefore come from a pool that keeps thousands of
/// each size; large ones are few, and dear to keep, and come from the shared one.
/// </remarks>
public static class BufferPool
{
    /// <summary>The largest array that counts as small.</summary>
    private const int SmallBytes = 1_024;

    /// <summary>Small arrays kept of each of the seven sizes: 8 MiB if all were.</summary>
    private const int KeptOfEachSize = 4_096;

    private static readonly ArrayPool<byte> Small = ArrayPool<byte>.Create(SmallBytes, KeptOfEachSize);

    /// <summary>Rents an array of so many bytes or more, with whatever is in it.</summary>
    public static byte[] Rent(int bytes) => (bytes <= SmallBytes ? Small : ArrayPool<byte>.Shared).Rent(bytes);

    /// <summary>Gives back an array that <see cref="Rent"/> gave. Once: after that it is somebody else's.</summary>
    public static void Return(byte[] rented) => (rented.Length <= SmallBytes ? Small : ArrayPool<byte>.Shared).Return(rented);
}
