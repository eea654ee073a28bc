namespace BrokerServe.Protocol.Frames;

/// <summary>Reads a query frame. Checks everything, believes no length, allocates nothing, never throws.</summary>
public ref struct QueryFrameReader
{
    /// <summary>Opens a frame.</summary>
    /// <returns>False when the bytes are not a query frame of a version that can be read.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out QueryFrameHeader header, out QueryFrameReader reader) =>
        throw new NotImplementedException();

    /// <summary>Queries that are still to be read, by the frame's own word.</summary>
    public int Remaining => throw new NotImplementedException();

    /// <summary>Reads the next query.</summary>
    /// <returns>False at the end, and when the rest is malformed: then <see cref="Remaining"/> is not 0.</returns>
    public bool TryRead(out QueryView query) => throw new NotImplementedException();
}
