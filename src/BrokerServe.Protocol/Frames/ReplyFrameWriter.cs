using System.Diagnostics;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Writes a reply frame into memory of the caller: the header once, then each reply.</summary>
/// <remarks>
/// Room for <see cref="MaxHeaderBytes"/> and, for each reply, <see cref="MaxReplyOverheadBytes"/>, its content type and its payload is
/// always enough.
/// </remarks>
public ref struct ReplyFrameWriter
{
    /// <summary>No reply takes more bytes than this beside its content type and payload.</summary>
    public const int MaxReplyOverheadBytes = 32; // Array 1, ticket 9, part 5, status 1, two headers of 5: 26, and room for a field to come.

    private PackWriter _writer;
    private int _remaining;

    /// <summary>Starts a frame of exactly <paramref name="count"/> replies from one replica.</summary>
    public ReplyFrameWriter(Span<byte> destination, scoped ReadOnlySpan<byte> replica, int count)
    {
        Debug.Assert(Names.IsValidUtf8(replica), "No router could read this frame.");
        _remaining = count;
        _writer = new PackWriter(destination);
        _writer.WriteArrayHeader(3);
        _writer.WriteUInt64(ProtocolVersion.Current);
        _writer.WriteText(replica);
        _writer.WriteArrayHeader(count);
    }

    /// <summary>Bytes written so far. The frame is whole when as many replies were written as the constructor was told.</summary>
    public readonly int Length => _writer.Length;

    /// <summary>No header takes more bytes than this.</summary>
    public static int MaxHeaderBytes(scoped ReadOnlySpan<byte> replica) =>
        (3 * PackWriter.MaxHeaderBytes) + PackWriter.MaxIntegerBytes + replica.Length;

    /// <summary>Adds one reply.</summary>
    public void Write(scoped in ReplyView reply)
    {
        Debug.Assert(_remaining > 0, "The frame announced fewer replies.");
        Debug.Assert(reply.Part >= 0, "Parts count from 0.");
        _remaining--;
        _writer.WriteArrayHeader(5);
        _writer.WriteUInt64(reply.Ticket.Value);
        _writer.WriteNatural(reply.Part);
        _writer.WriteUInt64((ulong)reply.Status);
        if (reply.ContentType.IsEmpty)
        {
            _writer.WriteNil();
        }
        else
        {
            _writer.WriteText(reply.ContentType);
        }

        _writer.WriteBinary(reply.Payload);
    }
}
