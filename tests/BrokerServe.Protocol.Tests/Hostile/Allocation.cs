using BrokerServe.Protocol.Tests.Golden;

namespace BrokerServe.Protocol.Tests.Hostile;

/// <summary>Counts what this thread allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// What a decoder may allocate for so many bytes. The dearest that an honest byte can buy is an entry of a report: 11 bytes become a
    /// record, a name and a place in a list that doubles, some 120 bytes. A dictionary of 64 details takes 4 KiB before it has one.
    /// </summary>
    public static long Bound(int bytes) => 6_000 + (16L * bytes);

    /// <summary>
    /// What decoding these bytes allocates: the least of three times, because the runtime itself allocates when code runs for the first
    /// time, and what is small the first time needs no second.
    /// </summary>
    public static long Of(byte[] bytes, Decoder decode)
    {
        var least = long.MaxValue;
        for (var time = 0; time < 3 && least > 1_000; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            decode(bytes);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
