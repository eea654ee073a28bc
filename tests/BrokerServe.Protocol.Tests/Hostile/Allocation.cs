namespace BrokerServe.Protocol.Tests.Hostile;

/// <summary>Counts what this thread allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// What a decoder may allocate for so many bytes. The dearest that an honest byte can buy is an entry of a report: 11 bytes become a
    /// record, a name and a place in a list that doubles, some 120 bytes. A dictionary of 64 details takes 4 KiB before it has one.
    /// </summary>
    public static long Bound(int bytes) => 6_000 + (16L * bytes);

    public static long Of<TArgument>(TArgument argument, Action<TArgument> act)
        where TArgument : allows ref struct
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        act(argument);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
