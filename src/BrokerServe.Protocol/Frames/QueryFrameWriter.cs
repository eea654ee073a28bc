namespace BrokerServe.Protocol.Frames;

/// <summary>Writes a query frame into memory of the caller: the header once, then each query.</summary>
public ref struct QueryFrameWriter
{
    /// <summary>No query takes more bytes than this beside its call block.</summary>
    public const int MaxQueryOverheadBytes = 48;

    /// <summary>Starts a frame of exactly <paramref name="count"/> queries.</summary>
    public QueryFrameWriter(Span<byte> destination, in QueryFrameHeader header, int count) => throw new NotImplementedException();

    /// <summary>Bytes written so far.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>No header takes more bytes than this.</summary>
    public static int MaxHeaderBytes(in QueryFrameHeader header) => throw new NotImplementedException();

    /// <summary>Adds one query.</summary>
    public void Write(Ticket ticket, long timeLeftMs, long deadlineUnixMs, int attempt, ReadOnlySpan<byte> callBlock) =>
        throw new NotImplementedException();
}
