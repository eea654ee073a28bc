using System.Diagnostics;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Writes a query frame into memory of the caller: the header once, then each query.</summary>
/// <remarks>Room for <see cref="MaxHeaderBytes"/> and, for each query, <see cref="MaxQueryOverheadBytes"/> and its block is always enough.</remarks>
public ref struct QueryFrameWriter
{
    /// <summary>No query takes more bytes than this beside its call block.</summary>
    public const int MaxQueryOverheadBytes = 48; // Array 1, three integers of 9, attempt 5: 33, and room for a field to come.

    private PackWriter _writer;
    private int _remaining;

    /// <summary>Starts a frame of exactly <paramref name="count"/> queries.</summary>
    public QueryFrameWriter(Span<byte> destination, in QueryFrameHeader header, int count)
    {
        Debug.Assert(Names.IsValidUtf8(header.Router) && Names.IsQueueName(header.ReplyKey), "No replica could read this frame.");
        _remaining = count;
        _writer = new PackWriter(destination);
        _writer.WriteArrayHeader(6);
        _writer.WriteUInt64(ProtocolVersion.Current);
        _writer.WriteUInt64(header.Incarnation);
        _writer.WriteUInt64(header.Epoch);
        _writer.WriteText(header.Router);
        _writer.WriteText(header.ReplyKey);
        _writer.WriteArrayHeader(count);
    }

    /// <summary>Bytes written so far. The frame is whole when as many queries were written as the constructor was told.</summary>
    public readonly int Length => _writer.Length;

    /// <summary>No header takes more bytes than this.</summary>
    public static int MaxHeaderBytes(in QueryFrameHeader header) =>
        (4 * PackWriter.MaxHeaderBytes) + (3 * PackWriter.MaxIntegerBytes) + header.Router.Length + header.ReplyKey.Length;

    /// <summary>Adds one query. Times beyond <see cref="TimeLimits"/> are brought into the range, so what is negative counts as expired.</summary>
    public void Write(Ticket ticket, long timeLeftMs, long deadlineUnixMs, int attempt, scoped ReadOnlySpan<byte> callBlock)
    {
        Debug.Assert(_remaining > 0, "The frame announced fewer queries.");
        Debug.Assert(attempt > 0, "Attempts count from 1.");
        _remaining--;
        _writer.WriteArrayHeader(5);
        _writer.WriteUInt64(ticket.Value);
        _writer.WriteNatural(Math.Clamp(timeLeftMs, 0, TimeLimits.MaxTimeLeftMs));
        _writer.WriteNatural(Math.Clamp(deadlineUnixMs, 0, TimeLimits.MaxDeadlineUnixMs));
        _writer.WriteNatural(attempt);
        _writer.WriteRaw(callBlock);
    }
}
