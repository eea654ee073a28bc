namespace BrokerServe.Protocol.Frames;

/// <summary>Writes a reply frame into memory of the caller: the header once, then each reply.</summary>
public ref struct ReplyFrameWriter
{
    /// <summary>No reply takes more bytes than this beside its content type and payload.</summary>
    public const int MaxReplyOverheadBytes = 32;

    /// <summary>Starts a frame of exactly <paramref name="count"/> replies from one replica.</summary>
    public ReplyFrameWriter(Span<byte> destination, ReadOnlySpan<byte> replica, int count) => throw new NotImplementedException();

    /// <summary>Bytes written so far.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>No header takes more bytes than this.</summary>
    public static int MaxHeaderBytes(ReadOnlySpan<byte> replica) => throw new NotImplementedException();

    /// <summary>Adds one reply.</summary>
    public void Write(in ReplyView reply) => throw new NotImplementedException();
}
