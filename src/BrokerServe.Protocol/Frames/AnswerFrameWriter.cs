using System.Diagnostics;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>Writes an answer frame into memory of the caller.</summary>
/// <remarks>Room for <see cref="HeaderBytes"/> and, for each answer, <see cref="MaxAnswerBytes"/> is always enough.</remarks>
public ref struct AnswerFrameWriter
{
    /// <summary>No frame has more bytes around its answers.</summary>
    public const int HeaderBytes = (2 * PackWriter.MaxHeaderBytes) + PackWriter.MaxIntegerBytes;

    // Array and payload; status and attempts.
    private const int MaxAnswerOverheadBytes = (2 * PackWriter.MaxHeaderBytes) + (2 * PackWriter.MaxIntegerBytes);

    private PackWriter _writer;
    private int _remaining;

    /// <summary>Starts a frame of exactly <paramref name="count"/> answers.</summary>
    public AnswerFrameWriter(Span<byte> destination, int count)
    {
        _remaining = count;
        _writer = new PackWriter(destination);
        _writer.WriteArrayHeader(2);
        _writer.WriteUInt64(ProtocolVersion.Current);
        _writer.WriteArrayHeader(count);
    }

    /// <summary>Bytes written so far. The frame is whole when as many answers were written as the constructor was told.</summary>
    public readonly int Length => _writer.Length;

    /// <summary>No answer takes more bytes than this.</summary>
    /// <param name="texts">Backend, replica, content type: the sum of their lengths in UTF-16 units.</param>
    /// <param name="bytes">Correlation id, message id, payload: the sum of their lengths in bytes.</param>
    public static int MaxAnswerBytes(int texts, int bytes) => MaxAnswerOverheadBytes + (5 * PackWriter.MaxHeaderBytes) + (3 * texts) + bytes;

    /// <summary>Adds one answer.</summary>
    /// <param name="correlationId">UTF-8; as the request said it.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="attempts">How many attempts it took.</param>
    /// <param name="backend">Who answered; null when no replica was asked.</param>
    /// <param name="replica">Who answered; null when no replica was asked.</param>
    /// <param name="contentType">What the payload is.</param>
    /// <param name="messageId">UTF-8; as the request said it, empty when it did not.</param>
    /// <param name="payload">The handler's payload, or an error body.</param>
    public void Write(
        scoped ReadOnlySpan<byte> correlationId, ReplyStatus status, int attempts, string? backend, string? replica, string? contentType,
        scoped ReadOnlySpan<byte> messageId, scoped ReadOnlySpan<byte> payload)
    {
        Debug.Assert(_remaining > 0, "The frame announced fewer answers.");
        _remaining--;
        _writer.WriteArrayHeader(8);
        _writer.WriteText(correlationId);
        _writer.WriteUInt64((ulong)status);
        _writer.WriteNatural(attempts);
        _writer.WriteText(backend);
        _writer.WriteText(replica);
        _writer.WriteText(contentType);
        _writer.WriteOptionalText(messageId);
        _writer.WriteBinary(payload);
    }
}
