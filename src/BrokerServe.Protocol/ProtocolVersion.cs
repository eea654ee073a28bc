namespace BrokerServe.Protocol;

/// <summary>The version of the wire, and what a reader makes of others.</summary>
/// <remarks>
/// A higher version may add fields at the end of arrays, keys to maps, kinds and codes; it never moves or removes what was there.
/// So whoever reads version 1 reads the leading fields of every later one.
/// </remarks>
public static class ProtocolVersion
{
    /// <summary>What is written.</summary>
    public const int Current = 1;

    /// <summary>The lowest that ever was; 0 and below are no version.</summary>
    public const int Lowest = 1;
}
