using System.Text;
using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Frames;

/// <summary>The part of a query that stays the same for every attempt: what was asked for, and everything the handler is told about it.</summary>
/// <remarks>Text is given as strings where it comes from AMQP properties; null is "not said".</remarks>
public readonly ref struct Call
{
    /// <summary>The request's body, opaque.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The handler's method; null for <c>__call__</c>.</summary>
    public string? Method { get; init; }

    /// <summary>The endpoint that was called; a valid name (<see cref="Names"/>).</summary>
    public string Endpoint { get; init; }

    /// <summary>What the payload is.</summary>
    public string? ContentType { get; init; }

    /// <summary>With <see cref="AppId"/> the idempotency key.</summary>
    public string? MessageId { get; init; }

    /// <summary>Who asked.</summary>
    public string? AppId { get; init; }

    /// <summary>W3C trace context.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace context.</summary>
    public string? TraceState { get; init; }

    /// <summary>Forwarded headers, within <see cref="MetadataLimits"/>.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Metadata { get; init; }

    /// <summary>No more bytes than this are written by <see cref="Encode"/>.</summary>
    public int MaxEncodedBytes
    {
        get
        {
            var bytes = 3 * PackWriter.MaxHeaderBytes; // The array, the payload, the metadata.
            bytes += Payload.Length;
            bytes += PackWriter.MaxTextBytes(Method) + PackWriter.MaxTextBytes(Endpoint) + PackWriter.MaxTextBytes(ContentType);
            bytes += PackWriter.MaxTextBytes(MessageId) + PackWriter.MaxTextBytes(AppId);
            bytes += PackWriter.MaxTextBytes(TraceParent) + PackWriter.MaxTextBytes(TraceState);
            foreach (var (name, value) in Metadata)
            {
                bytes += PackWriter.MaxTextBytes(name) + PackWriter.MaxTextBytes(value);
            }

            return bytes;
        }
    }

    /// <summary>Whether <paramref name="metadata"/> is within <see cref="MetadataLimits"/>. To be asked before <see cref="Encode"/>.</summary>
    public static bool Fits(ReadOnlySpan<KeyValuePair<string, string>> metadata)
    {
        if (metadata.Length > MetadataLimits.MaxEntries)
        {
            return false;
        }

        var bytes = 0L;
        foreach (var (name, value) in metadata)
        {
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }

        return bytes <= MetadataLimits.MaxBytes;
    }

    /// <summary>Writes the call once; the block is then part of every query frame that carries it.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="InvalidOperationException">
    /// The endpoint is no valid name, or the metadata does not fit: one such block would make a whole frame unreadable.
    /// </exception>
    public int Encode(Span<byte> destination)
    {
        if (!Names.IsValid(Endpoint) || !Fits(Metadata))
        {
            ThrowUnreadable();
        }

        var writer = new PackWriter(destination);
        writer.WriteArrayHeader(CallBlock.Fields);
        writer.WriteBinary(Payload);
        writer.WriteText(Method);
        writer.WriteText(Endpoint);
        writer.WriteText(ContentType);
        writer.WriteText(MessageId);
        writer.WriteText(AppId);
        writer.WriteText(TraceParent);
        writer.WriteText(TraceState);
        writer.WriteMapHeader(Metadata.Length);
        foreach (var (name, value) in Metadata)
        {
            writer.WriteText(name);
            writer.WriteText(value);
        }

        return writer.Length;
    }

    /// <summary>
    /// Reads a block again, for the plain dialect. The ticket, times and attempt of <paramref name="query"/> stay at their defaults.
    /// </summary>
    /// <returns>False when the bytes are not exactly one call block.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> block, out QueryView query)
    {
        var reader = new PackReader(block);
        return CallBlock.TryRead(ref reader, out query) && reader.IsAtEnd;
    }

    private static void ThrowUnreadable() =>
        throw new InvalidOperationException("A call needs a valid endpoint name and metadata within MetadataLimits before it is encoded.");
}
