namespace BrokerServe.Protocol.Frames;

/// <summary>Reads a reply frame. Checks everything, believes no length, allocates nothing, never throws.</summary>
public ref struct ReplyFrameReader
{
    /// <summary>Opens a frame.</summary>
    /// <returns>False when the bytes are not a reply frame of a version that can be read.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> replica, out ReplyFrameReader reader) =>
        throw new NotImplementedException();

    /// <summary>Replies that are still to be read, by the frame's own word.</summary>
    public int Remaining => throw new NotImplementedException();

    /// <summary>Reads the next reply.</summary>
    /// <returns>False at the end, and when the rest is malformed: then <see cref="Remaining"/> is not 0.</returns>
    public bool TryRead(out ReplyView reply) => throw new NotImplementedException();
}
